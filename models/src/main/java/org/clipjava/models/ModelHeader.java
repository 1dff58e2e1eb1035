package org.clipjava.models;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.TensorInfo;

/**
 * What a model file says of itself, read without its weights. Immutable and thread-safe.
 *
 * @param name of the file, as messages call it
 * @param bytes the file's size
 * @param info what it says of its model
 * @param tensors in the file's order
 */
public record ModelHeader(String name, long bytes, ModelInfo info, List<TensorInfo> tensors) {

    /**
     * Reads a model file's header.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model file
     */
    public static ModelHeader read(Path model) throws IOException {
        try (ModelFile file = ModelFile.open(model)) {
            return of(file, Files.size(model));
        }
    }

    /**
     * Reads the header of a model in memory.
     *
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model
     */
    public static ModelHeader of(MemorySegment model, String name) throws IOException {
        try (ModelFile file = ModelFile.of(model, name)) {
            return of(file, model.byteSize());
        }
    }

    private static ModelHeader of(ModelFile file, long bytes) {
        return new ModelHeader(file.name(), bytes, file.info(), List.copyOf(file.tensors()));
    }
}
