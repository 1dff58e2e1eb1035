package org.clipjava;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.clipjava.io.ResourceBytes;

/**
 * A model file in a jar, so that a build tool fetches it like a library. {@link ClipModels} finds it by its name. Such a jar has
 * the file as {@code META-INF/clip-java/models/NAME.safetensors}, and a public subclass that names it as a service:
 *
 * {@snippet :
 * public final class OurModel extends PackagedModel {
 *     public OurModel() {
 *         super("our-model");
 *     }
 * }
 * }
 *
 * <p>{@code clip pull --as-jar} makes both. Immutable and thread-safe.
 */
public abstract class PackagedModel {
    private static final String FOLDER = "/META-INF/clip-java/models/";
    private static final String SUFFIX = ".safetensors";

    private final String name;

    /**
     * The model of this name in the jar that the subclass is in.
     *
     * @param name may have slashes, as {@code openai/clip-vit-base-patch32}
     * @throws IllegalStateException if the jar has no such file
     */
    protected PackagedModel(String name) {
        this.name = name;
        try {
            openStream().close();
        } catch (NoSuchFileException e) {
            throw new IllegalStateException(getClass().getName() + ": no " + entry(name) + " beside it", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a jar has the model file of a name, from its root. */
    public static String entry(String name) {
        return FOLDER.substring(1) + name + SUFFIX;
    }

    /** What {@link ClipModels#load} is asked for. */
    public final String name() {
        return name;
    }

    /**
     * The model file's bytes.
     *
     * @throws IOException if the jar can't be read
     */
    public final InputStream openStream() throws IOException {
        return Optional.ofNullable(getClass().getResourceAsStream(FOLDER + name + SUFFIX))
                .orElseThrow(() -> new NoSuchFileException(entry(name)));
    }

    /**
     * Opens it. Its bytes go to memory, from where the weights are copied; no file is written.
     *
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model
     * @throws org.clipjava.error.BackendUnavailableException if kernels or a backend are asked for that can't be had
     * @throws IOException if the jar can't be read
     */
    public final Clip open(ClipOptions options) throws IOException {
        // Shared: the encoders copy the weights on several threads.
        try (Arena arena = Arena.ofShared();
                InputStream in = openStream()) {
            return Clip.open(ResourceBytes.read(in, arena), options);
        }
    }

    @Override
    public final String toString() {
        return name;
    }
}
