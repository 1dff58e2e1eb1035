package org.clipjava.models;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.net.URLConnection;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.io.ResourceBytes;

/**
 * A model file that a program carries among its resources, so that it does something by itself. Immutable and thread-safe.
 *
 * @param resource where its bytes are
 */
public record BuiltInModel(URL resource) {
    /** What messages call it, for it has no path. */
    public static final String NAME = "the built-in model";

    /**
     * Opens it.
     *
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model
     * @throws org.clipjava.error.BackendUnavailableException if kernels or a backend are asked for that can't be had
     * @throws IOException if the resource can't be read
     */
    public Clip open(ClipOptions options) throws IOException {
        // Shared: the encoders copy the weights on several threads.
        try (Arena arena = Arena.ofShared()) {
            return Clip.open(read(arena), options);
        }
    }

    /** What it says of itself; the whole resource is read for it. */
    public ModelHeader header() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return ModelHeader.of(read(arena), NAME);
        }
    }

    /** The model file's bytes, which live as long as the arena. */
    public MemorySegment read(Arena arena) throws IOException {
        URLConnection connection = resource.openConnection();
        // A cache would keep the jar open for as long as the JVM lives.
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            return ResourceBytes.read(in, arena);
        }
    }
}
