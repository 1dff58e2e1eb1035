package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.config.Activation;
import org.clipjava.image.Resampling;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TorchFiles;

/** The ways in which checkpoints of the same weights come. */
enum Layout {
    SAFETENSORS {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) {
            return SyntheticFolder.of(checkpoint).write(folder);
        }
    },
    SAFETENSORS_SHARDS {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) {
            return SyntheticFolder.of(checkpoint).shards(3).write(folder);
        }
    },
    PYTORCH_BIN {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            writeConfigs(checkpoint, folder);
            List<NamedTensor> tensors = new ArrayList<>(NamedTensor.all(checkpoint));
            tensors.add(NamedTensor.integers("text_model.embeddings.position_ids", List.of(1, 3), 0, 1, 2));
            TorchFiles.writeStateDict(folder.resolve("pytorch_model.bin"), tensors);
            return folder;
        }
    },
    PYTORCH_BIN_SHARDS {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            writeConfigs(checkpoint, folder);
            List<NamedTensor> tensors = NamedTensor.all(checkpoint);
            StringBuilder weightMap = new StringBuilder();
            for (int shard = 0; shard < 2; shard++) {
                String file = "pytorch_model-%05d-of-00002.bin".formatted(shard + 1);
                int half = tensors.size() / 2;
                List<NamedTensor> dealt = tensors.subList(shard * half, shard == 0 ? half : tensors.size());
                TorchFiles.writeStateDict(folder.resolve(file), dealt);
                dealt.forEach(tensor -> weightMap
                        .append(weightMap.isEmpty() ? "" : ",\n")
                        .append("\"%s\": \"%s\"".formatted(tensor.name(), file)));
            }
            Files.writeString(folder.resolve("pytorch_model.bin.index.json"), "{\"weight_map\": {" + weightMap + "}}");
            return folder;
        }
    },
    LEGACY_BIN {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            writeConfigs(checkpoint, folder);
            TorchFiles.writeLegacyStateDict(folder.resolve("pytorch_model.bin"), NamedTensor.all(checkpoint));
            return folder;
        }
    },
    OPEN_AI {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            Path file = Files.createDirectories(folder).resolve("ViT.pt");
            List<NamedTensor> tensors = new ArrayList<>(TorchFiles.openAi(checkpoint, ""));
            tensors.add(NamedTensor.integers("input_resolution", List.of(), 224));
            tensors.add(NamedTensor.integers("context_length", List.of(), 77));
            tensors.add(NamedTensor.integers("vocab_size", List.of(), 49408));
            TorchFiles.writeScript(file, tensors, "QuickGELU");
            return file;
        }

        @Override
        ConversionOptions options(SyntheticCheckpoint checkpoint) {
            return CLIPS_PREPROCESSING.withHeads(
                    checkpoint.vision().heads(), checkpoint.text().heads());
        }
    },
    BARE_STATE_DICT {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            Path file = Files.createDirectories(folder).resolve("state.pt");
            TorchFiles.writeStateDict(file, TorchFiles.openAi(checkpoint, ""));
            return file;
        }

        @Override
        ConversionOptions options(SyntheticCheckpoint checkpoint) {
            return OPEN_AI.options(checkpoint).with(Activation.QUICK_GELU);
        }
    },
    OPEN_CLIP_SAFETENSORS {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            writeOpenClipConfig(checkpoint, folder, "");
            SyntheticFolder.writeSafetensors(
                    folder.resolve("open_clip_model.safetensors"), TorchFiles.openAi(checkpoint, ""));
            return folder;
        }
    },
    OPEN_CLIP_BIN {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            writeOpenClipConfig(checkpoint, folder, "");
            TorchFiles.writeStateDict(folder.resolve("open_clip_pytorch_model.bin"), TorchFiles.openAi(checkpoint, ""));
            return folder;
        }
    },
    OPEN_CLIP_CUSTOM_TEXT {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            writeOpenClipConfig(checkpoint, folder, "\"custom_text\": true,");
            SyntheticFolder.writeSafetensors(
                    folder.resolve("open_clip_model.safetensors"), TorchFiles.openAi(checkpoint, "text."));
            return folder;
        }
    },
    OPEN_CLIP_TRAINING {
        @Override
        Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
            writeOpenClipConfig(checkpoint, folder, "");
            Path file = folder.resolve("epoch_32.pt");
            TorchFiles.writeTrainingCheckpoint(
                    file,
                    TorchFiles.openAi(checkpoint, "").stream()
                            .map(tensor -> tensor.renamed("module." + tensor.name()))
                            .toList());
            return file;
        }
    };

    private static final ConversionOptions CLIPS_PREPROCESSING = ConversionOptions.NONE
            .withMean(ConversionOptions.CLIP_MEAN)
            .withStd(ConversionOptions.CLIP_STD)
            .with(ConversionOptions.Resize.SHORTEST)
            .with(Resampling.BICUBIC);

    /** Returns what is to be converted: the folder, or a file in it. */
    abstract Path write(SyntheticCheckpoint checkpoint, Path folder) throws IOException;

    /** What the layout does not tell. */
    ConversionOptions options(SyntheticCheckpoint checkpoint) {
        return ConversionOptions.NONE;
    }

    private static void writeConfigs(SyntheticCheckpoint checkpoint, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), checkpoint.configJson());
        Files.writeString(folder.resolve("preprocessor_config.json"), checkpoint.preprocessorConfigJson());
    }

    private static void writeOpenClipConfig(SyntheticCheckpoint checkpoint, Path folder, String fields)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("open_clip_config.json"),
                checkpoint.openClipConfigJson(fields + "\"quick_gelu\": true,", ""));
    }
}
