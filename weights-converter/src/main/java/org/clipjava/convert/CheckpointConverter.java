package org.clipjava.convert;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.clipjava.config.WeightType;
import org.clipjava.io.AtomicFile;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelFileWriter;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;

/**
 * Converts a checkpoint to the one file that the engine opens. The same checkpoint gives the same bytes.
 *
 * {@snippet :
 * CheckpointConverter.convert(
 *         Path.of("clip-vit-base-patch32"), Path.of("clip.safetensors"), WeightType.F32, ConversionListener.SILENT);
 * }
 *
 * <p>Stateless and thread-safe.
 */
public final class CheckpointConverter {
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
     *   <li>big_vision's {@code .npz} of a SigLIP, with {@code spiece.model} or {@code tokenizer.json} beside it;
     *   <li>a file of weights: one of those, OpenAI's TorchScript archives, or any other state dict under Hugging Face's,
     *       OpenAI's or OpenCLIP's names. A config beside it is taken for its own; without one, its sizes follow from its
     *       tensors, and the options have to tell the rest.
     * </ul>
     *
     * <p>A checkpoint of one tower gives a model of that tower. {@link ConversionOptions#withText} takes the text tower of another
     * checkpoint, to join two that belong together.
     *
     * <p>The vocabulary is that of {@code tokenizer.json}, or of {@code vocab.json} with {@code merges.txt}, in the folder, or else
     * CLIP's own. The weights are streamed. The model file appears as a whole or not at all. Pickles are read, never run.
     *
     * @param modelFile replaced if it exists
     * @param listener hears how far it has come
     * @throws java.nio.file.NoSuchFileException if the checkpoint, a file that is needed, or the model file's folder is
     *     missing
     * @throws ModelFormatException if the checkpoint is damaged, or not a CLIP model that the engine can run
     * @throws ConversionOptionException if the options leave open what the checkpoint does not tell, or contradict it or the weight type
     * @throws IllegalArgumentException if {@code modelFile} is one of the checkpoint's own files
     */
    public static ConversionReport convert(
            Path source, Path modelFile, WeightType weightType, ConversionOptions options, ConversionListener listener)
            throws IOException {
        try (Towers towers = Towers.open(source, options)) {
            towers.refuseToOverwrite(modelFile);
            ModelInfo info = KeptWide.in(towers.info(weightType), options.keptWide(), source);
            if (options.rangeReduced() && weightType != WeightType.INT8) {
                throw new ConversionOptionException(
                        source + ": expected int8 for the option reduce-range, found " + weightType.spelling()
                                + "; leave that out",
                        List.of());
            }
            ModelFileWriter writer =
                    towers.writer(info).allowNonFinite(options.allowNonFinite()).reduceRange(options.rangeReduced());
            towers.give(writer, info.config());

            Progress progress = new Progress(listener, towers.bytes() + writer.dataSize());
            SortedMap<String, String> digests = towers.digests(progress);
            // What is written is opened by the rules of whoever opens it later, before it has its name.
            try (AtomicFile pending = AtomicFile.begin(modelFile)) {
                try (FileChannel channel = FileChannel.open(pending.path(), StandardOpenOption.WRITE)) {
                    writer.writeTo(channel, info.withSources(digests), progress::add);
                }
                verify(pending.path(), source, options);
                pending.commit();
            }
            progress.finish();
            return new ConversionReport(
                    modelFile,
                    Files.size(modelFile),
                    towers.parameters(),
                    weightType,
                    info.id(),
                    info.revision(),
                    digests,
                    towers.notes());
        }
    }

    private static void verify(Path written, Path source, ConversionOptions options) throws IOException {
        try (ModelFile file = ModelFile.open(written)) {
            if (file.info().config().hasText()) {
                Objects.requireNonNull(file.tokenizer());
            }
            Objects.requireNonNull(file.weights(true, true, options.allowNonFinite()));
        } catch (ModelFormatException e) {
            String reason = String.valueOf(e.getMessage())
                    .replace(written + ": ", "")
                    .replaceFirst("; convert the checkpoint again$", "");
            throw new ModelFormatException(source + ": expected what makes a model, found " + reason, e);
        }
    }
}
