package org.clipjava.models;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.weights.ClipConfig;
import org.clipjava.weights.WeightType;

/**
 * What a model file says of itself, read without its weights. Immutable and thread-safe.
 *
 * @param name of the file, as messages call it
 * @param bytes the file's size
 * @param config the architecture
 * @param metadata all of it
 * @param tensors in the file's order
 */
public record ModelHeader(
        String name, long bytes, ClipConfig config, SequencedMap<String, String> metadata, List<TensorInfo> tensors) {

    /**
     * Reads a model file's header.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model file
     */
    public static ModelHeader read(Path model) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            return of(file, Files.size(model));
        }
    }

    /**
     * Reads the header of a model in memory.
     *
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model
     */
    public static ModelHeader of(MemorySegment model, String name) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.of(model, name)) {
            return of(file, model.byteSize());
        }
    }

    private static ModelHeader of(SafetensorsFile file, long bytes) throws IOException {
        return new ModelHeader(
                file.name(),
                bytes,
                ClipConfig.parse(file.metadata(), file.name()),
                file.metadata(),
                List.copyOf(file.tensors().values()));
    }

    /** The repository that the model was made of, {@code openai/clip-vit-base-patch32}; empty if the file does not say. */
    public String modelId() {
        return metadata.getOrDefault("clip.model_id", "");
    }

    /** How matrices are stored; float32 if the file does not say. */
    public WeightType weightType() {
        return weightType(metadata);
    }

    /** How matrices of a model with this metadata are stored; float32 if it does not say. */
    public static WeightType weightType(Map<String, String> metadata) {
        return WeightType.spelled(metadata.getOrDefault("clip.weight_type", "")).orElse(WeightType.F32);
    }

    /** The same as the file has it; {@code unknown} if it does not say. */
    public String weightTypeSpelling() {
        return metadata.getOrDefault("clip.weight_type", "unknown");
    }
}
