package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.weights.WeightType;

/**
 * Converts a checkpoint to the one file that the engine opens. The same checkpoint gives the same bytes.
 *
 * {@snippet :
 * CheckpointConverter.convert(
 *         Path.of("clip-vit-base-patch32"), Path.of("clip.safetensors"), WeightType.F32, ConversionListener.SILENT);
 * }
 */
public final class CheckpointConverter {
    private static final int ALIGNMENT = 64;

    private CheckpointConverter() {}

    /**
     * Converts a Hugging Face folder: {@code config.json}, {@code model.safetensors} or shards with their index, and where
     * they are there {@code preprocessor_config.json} and {@code tokenizer.json} or {@code vocab.json} with
     * {@code merges.txt}. Without a tokenizer CLIP's own vocabulary is taken.
     *
     * <p>The weights are streamed. The model file appears as a whole or not at all.
     *
     * @param modelFile replaced if it exists
     * @param listener hears how far it has come
     * @throws java.nio.file.NoSuchFileException if the folder, a file that is needed, or the model file's folder is
     *     missing
     * @throws ModelFormatException if the checkpoint is damaged, or not a CLIP model that the engine can run
     * @throws IllegalArgumentException if {@code modelFile} is one of the checkpoint's own files
     */
    public static ConversionReport convert(
            Path sourceFolder, Path modelFile, WeightType weightType, ConversionListener listener) throws IOException {
        HuggingFaceFolder folder = HuggingFaceFolder.open(sourceFolder);
        JsonFields configFields = folder.config();
        CheckpointConfig config = CheckpointConfig.of(configFields);
        Optional<JsonFields> preprocessor = folder.preprocessor();
        int imageSize = config.vision().imageSize();
        Preprocessing preprocessing = preprocessor.isPresent()
                ? Preprocessing.of(preprocessor.get(), imageSize)
                : Preprocessing.ofClip(imageSize);
        ClipVocabulary vocabulary = vocabulary(folder, config, sourceFolder);

        try (Checkpoint checkpoint = folder.weights()) {
            refuseToOverwriteSource(folder, modelFile);
            SafetensorsWriter writer = SafetensorsWriter.aligned(ALIGNMENT);
            ModelTensors tensors = new ModelTensors(checkpoint, weightType, writer);
            tensors.add(config, vocabulary);

            Progress progress = new Progress(listener, sourceBytes(folder) + writer.dataSize());
            SortedMap<String, String> digests = folder.digests(vocabulary, progress);
            Optional<String> modelId = folder.modelId(configFields);
            addMetadata(writer, config, preprocessing, vocabulary, weightType, modelId, folder.revision(), digests);
            tensors.report(progress);
            writer.write(modelFile);
            progress.finish();
            return new ConversionReport(
                    modelFile,
                    Files.size(modelFile),
                    checkpoint.parameters(),
                    weightType,
                    modelId,
                    folder.revision(),
                    digests);
        }
    }

    private static ClipVocabulary vocabulary(HuggingFaceFolder folder, CheckpointConfig config, Path sourceFolder)
            throws IOException {
        ClipVocabulary vocabulary = folder.vocabulary();
        int expected = config.text().vocabularySize();
        if (vocabulary.tokens().size() != expected) {
            throw new ModelFormatException(
                    "%s: expected a vocabulary of %d tokens as config.json's vocab_size says, found %d; put the model's own tokenizer.json there"
                            .formatted(
                                    sourceFolder, expected, vocabulary.tokens().size()));
        }
        return vocabulary;
    }

    private static void refuseToOverwriteSource(HuggingFaceFolder folder, Path modelFile) throws IOException {
        for (Path source : folder.sources().values()) {
            if (Files.exists(modelFile) && Files.isSameFile(source, modelFile)) {
                throw new IllegalArgumentException(
                        modelFile + ": expected another name for the model file, found one of the checkpoint's own");
            }
        }
    }

    private static long sourceBytes(HuggingFaceFolder folder) throws IOException {
        long bytes = 0;
        for (Path source : folder.sources().values()) {
            bytes += Files.size(source);
        }
        return bytes;
    }

    private static void addMetadata(
            SafetensorsWriter writer,
            CheckpointConfig config,
            Preprocessing preprocessing,
            ClipVocabulary vocabulary,
            WeightType weightType,
            Optional<String> modelId,
            Optional<String> revision,
            SortedMap<String, String> digests) {
        writer.metadata("format", "pt").metadata("clip.format_version", "1");
        modelId.ifPresent(id -> writer.metadata("clip.model_id", id));
        revision.ifPresent(commit -> writer.metadata("clip.revision", commit));
        writer.metadata("clip.weight_type", weightType.spelling());
        digests.forEach((source, digest) -> writer.metadata("clip.source." + source, digest));

        writer.metadata("clip.projection", Integer.toString(config.projection()))
                .metadata("clip.activation", config.activation())
                .metadata("clip.layer_norm_eps", Float.toString(config.layerNormEps()));
        CheckpointConfig.Vision vision = config.vision();
        writer.metadata("clip.vision.width", Integer.toString(vision.width()))
                .metadata("clip.vision.layers", Integer.toString(vision.layers()))
                .metadata("clip.vision.heads", Integer.toString(vision.heads()))
                .metadata("clip.vision.mlp_width", Integer.toString(vision.mlpWidth()))
                .metadata("clip.vision.image_size", Integer.toString(vision.imageSize()))
                .metadata("clip.vision.patch_size", Integer.toString(vision.patchSize()));
        CheckpointConfig.Text text = config.text();
        writer.metadata("clip.text.width", Integer.toString(text.width()))
                .metadata("clip.text.layers", Integer.toString(text.layers()))
                .metadata("clip.text.heads", Integer.toString(text.heads()))
                .metadata("clip.text.mlp_width", Integer.toString(text.mlpWidth()))
                .metadata("clip.text.context_length", Integer.toString(text.contextLength()))
                .metadata("clip.text.vocabulary_size", Integer.toString(text.vocabularySize()))
                .metadata("clip.text.start_token", Integer.toString(vocabulary.startToken()))
                .metadata("clip.text.end_token", Integer.toString(vocabulary.endToken()));
        writer.metadata("clip.image.resize", preprocessing.resize())
                .metadata("clip.image.crop", preprocessing.crop())
                .metadata("clip.image.resample", preprocessing.resample())
                .metadata("clip.image.mean", commaSeparated(preprocessing.mean()))
                .metadata("clip.image.std", commaSeparated(preprocessing.std()))
                .metadata("clip.template", "a photo of a {}");
    }

    private static String commaSeparated(List<Float> values) {
        return values.stream().map(value -> Float.toString(value)).collect(Collectors.joining(","));
    }
}
