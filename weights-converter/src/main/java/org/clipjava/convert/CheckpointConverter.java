package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsWriter;

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

    /** Converts a checkpoint that tells everything itself; {@link ConversionOptions#NONE} are its options. */
    public static ConversionReport convert(
            Path source, Path modelFile, WeightType weightType, ConversionListener listener) throws IOException {
        return convert(source, modelFile, weightType, ConversionOptions.NONE, listener);
    }

    /**
     * Converts a checkpoint, which is
     *
     * <ul>
     *   <li>a folder of Hugging Face: {@code config.json}, {@code model.safetensors} or {@code pytorch_model.bin}, or their
     *       shards with the index, and where it is there {@code preprocessor_config.json};
     *   <li>a folder of OpenCLIP: {@code open_clip_config.json} and {@code open_clip_model.safetensors} or
     *       {@code open_clip_pytorch_model.bin};
     *   <li>a file of weights: one of those, OpenAI's TorchScript archives, or any other state dict under Hugging Face's,
     *       OpenAI's or OpenCLIP's names. A config beside it is taken for its own; without one, its sizes follow from its
     *       tensors, and the options have to tell the rest.
     * </ul>
     *
     * <p>The vocabulary is that of {@code tokenizer.json}, or of {@code vocab.json} with {@code merges.txt}, in the folder, or else
     * CLIP's own. The weights are streamed. The model file appears as a whole or not at all. Pickles are read, never run.
     *
     * @param modelFile replaced if it exists
     * @param listener hears how far it has come
     * @throws java.nio.file.NoSuchFileException if the checkpoint, a file that is needed, or the model file's folder is
     *     missing
     * @throws ModelFormatException if the checkpoint is damaged, or not a CLIP model that the engine can run
     * @throws ConversionOptionException if the options leave open what the checkpoint does not tell, or contradict it
     * @throws IllegalArgumentException if {@code modelFile} is one of the checkpoint's own files
     */
    public static ConversionReport convert(
            Path source, Path modelFile, WeightType weightType, ConversionOptions options, ConversionListener listener)
            throws IOException {
        CheckpointFolder folder = CheckpointFolder.open(source);
        try (Description description = Description.of(folder, options)) {
            CheckpointConfig config = description.model();
            ClipVocabulary vocabulary = description.vocabulary();
            Checkpoint checkpoint = description.checkpoint();
            refuseToOverwriteSource(folder, modelFile);
            SafetensorsWriter writer = SafetensorsWriter.aligned(ALIGNMENT);
            ModelTensors tensors = new ModelTensors(checkpoint, weightType, options.allowNonFinite(), writer);
            tensors.add(config, vocabulary);

            Progress progress = new Progress(listener, sourceBytes(folder) + writer.dataSize());
            SortedMap<String, String> digests = folder.digests(vocabulary, progress);
            Optional<String> modelId = description.modelId();
            addMetadata(
                    writer,
                    config,
                    description.preprocessing(),
                    vocabulary,
                    weightType,
                    modelId,
                    description.about(),
                    folder.revision(),
                    digests);
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

    private static void refuseToOverwriteSource(CheckpointFolder folder, Path modelFile) throws IOException {
        for (Path source : folder.sources().values()) {
            if (Files.exists(modelFile) && Files.isSameFile(source, modelFile)) {
                throw new IllegalArgumentException(
                        modelFile + ": expected another name for the model file, found one of the checkpoint's own");
            }
        }
    }

    private static long sourceBytes(CheckpointFolder folder) throws IOException {
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
            Optional<String> about,
            Optional<String> revision,
            SortedMap<String, String> digests) {
        writer.metadata("format", "pt").metadata("clip.format_version", "1");
        modelId.ifPresent(id -> writer.metadata("clip.model_id", id));
        about.ifPresent(text -> writer.metadata("clip.description", text));
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
