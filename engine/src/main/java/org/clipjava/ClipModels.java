package org.clipjava;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Models that lie in jars on the class path or module path, by name:
 *
 * {@snippet :
 * try (Clip clip = ClipModels.load("pictogram")) { // org.clipjava:clip-model-pictogram
 *     System.out.println(clip.encodeText("a cat").dimension());
 * }
 * }
 *
 * <p>Jars are looked for anew by each call, with the thread's class loader and then with that of this class.
 */
public final class ClipModels {
    private ClipModels() {}

    /**
     * All there are, each name once, in the order of the path.
     *
     * @throws IOException if a jar names a model that it does not have
     */
    public static List<PackagedModel> all() throws IOException {
        List<PackagedModel> models = new ArrayList<>();
        try {
            add(ServiceLoader.load(PackagedModel.class), models);
            add(ServiceLoader.load(PackagedModel.class, PackagedModel.class.getClassLoader()), models);
        } catch (ServiceConfigurationError e) {
            String why =
                    Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(e.getMessage());
            throw new IOException("a model in a jar can't be loaded: " + why, e);
        }
        return models;
    }

    private static void add(ServiceLoader<PackagedModel> found, List<PackagedModel> models) {
        for (PackagedModel model : found) {
            if (models.stream().noneMatch(other -> other.name().equals(model.name()))) {
                models.add(model);
            }
        }
    }

    /**
     * The one of this name, if there is one.
     *
     * @throws IOException if a jar names a model that it does not have
     */
    public static Optional<PackagedModel> find(String name) throws IOException {
        return all().stream().filter(model -> model.name().equals(name)).findFirst();
    }

    /** Opens the one of this name with {@link ClipOptions#defaults()}. */
    public static Clip load(String name) throws IOException {
        return load(name, ClipOptions.defaults());
    }

    /**
     * Opens the one of this name. No file is written.
     *
     * @throws NoSuchFileException if there is none; the message says which there are
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model
     * @throws org.clipjava.error.BackendUnavailableException if kernels or a backend are asked for that can't be had
     * @throws IOException if the jar can't be read
     */
    public static Clip load(String name, ClipOptions options) throws IOException {
        List<PackagedModel> all = all();
        for (PackagedModel model : all) {
            if (model.name().equals(name)) {
                return model.open(options);
            }
        }
        String reason = "no jar on the class path or module path has a model of this name; found "
                + (all.isEmpty() ? "none" : all)
                + "; add its artifact to the project, as org.clipjava:clip-model-pictogram for pictogram";
        throw new NoSuchFileException(name, null, reason);
    }
}
