package org.clipjava.models;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointFiles;
import org.clipjava.hub.FileSelection;
import org.clipjava.hub.Hub;
import org.clipjava.hub.HubSettings;
import org.clipjava.hub.RepoReference;
import org.clipjava.hub.UserEnvironment;
import org.clipjava.models.UnresolvedModelException.Kind;

/**
 * Models by what people call them: a model file, a checkpoint's folder, which is converted once, or a model of the hub, which
 * has been pulled or, where that is allowed, is pulled now.
 *
 * {@snippet :
 * Models models = Models.in(Path.of("/var/cache/models"))
 *         .withDownloads(HubSettings.of(UserEnvironment.ofThisProcess()));
 * try (Clip clip = models.open("openai/clip-vit-base-patch32", ClipOptions.defaults())) {
 *     System.out.println(clip.encodeText("a photo of a cat").dimension());
 * }
 * }
 *
 * <p>Immutable and thread-safe; a listener hears of it on the calling thread.
 */
public final class Models {
    /** Asked for only where it is needed: a user without a home has none. */
    private final Supplier<ModelStore> store;

    private final ModelListener listener;
    private final Optional<HubSettings> downloads;
    private final Optional<BuiltInModel> builtIn;

    private Models(
            Supplier<ModelStore> store,
            ModelListener listener,
            Optional<HubSettings> downloads,
            Optional<BuiltInModel> builtIn) {
        this.store = store;
        this.listener = listener;
        this.downloads = downloads;
        this.builtIn = builtIn;
    }

    /** Those of a {@link ModelStore}'s folder, which need not be there yet; nothing is downloaded. */
    public static Models in(Path folder) {
        ModelStore store = ModelStore.in(folder);
        return new Models(() -> store, ModelListener.SILENT, Optional.empty(), Optional.empty());
    }

    /** Those of a user, in {@code models} in the folder that {@link #home} gives; model files can be named also where there is none. */
    public static Models of(UserEnvironment environment) {
        return new Models(
                () -> ModelStore.in(home(environment).resolve("models")),
                ModelListener.SILENT,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The folder of what is kept between runs: {@code CLIP_HOME}, or {@code clip-java} in the user's cache.
     *
     * @throws IllegalArgumentException if the user has no home, and nothing names another folder
     */
    public static Path home(UserEnvironment environment) {
        return environment
                .path("CLIP_HOME")
                .orElseGet(() -> environment.cache("CLIP_HOME").resolve("clip-java"));
    }

    /** The same with one who hears how a model comes about. */
    public Models withListener(ModelListener other) {
        return new Models(store, other, downloads, builtIn);
    }

    /** The same, but a model of the hub that has not been pulled is pulled when it is asked for. */
    public Models withDownloads(HubSettings settings) {
        return new Models(store, listener, Optional.of(settings), builtIn);
    }

    /** The same with a model that the program carries. */
    public Models withBuiltIn(URL resource) {
        return new Models(store, listener, downloads, Optional.of(new BuiltInModel(resource)));
    }

    /**
     * Where model files are kept.
     *
     * @throws IllegalArgumentException if they are a user's who has no home, and nothing names another folder
     */
    public ModelStore store() {
        return store.get();
    }

    /** What a name needs that is no file's. */
    private ModelStore storeFor(String name) throws UnresolvedModelException {
        try {
            return store.get();
        } catch (IllegalArgumentException e) {
            throw new UnresolvedModelException(Kind.NO_STORE, name, name + ": " + e.getMessage(), e);
        }
    }

    /** The model that the program carries, if it does. */
    public Optional<BuiltInModel> builtIn() {
        return builtIn;
    }

    /**
     * The model file that a name means: a file of that name, else what is made of a checkpoint's folder of that name, else the
     * model of the hub. Whether it is a valid model file is not looked at.
     *
     * @throws UnresolvedModelException if it means none
     * @throws org.clipjava.hub.HubException if it had to be pulled, and could not be
     * @throws IOException if the store can't be read or written
     */
    public Path resolve(String name) throws IOException {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            throw new UnresolvedModelException(Kind.NOT_FOUND, name, name + ": not a path", e);
        }
        if (Files.isDirectory(path)) {
            return ofFolder(path);
        }
        if (Files.exists(path)) {
            return path;
        }
        Optional<ModelName> ofHub = ModelName.of(name);
        if (ofHub.isPresent()) {
            return ofHub(ofHub.get());
        }
        if (Files.notExists(path)) {
            throw new UnresolvedModelException(Kind.NOT_FOUND, name, name + ": no such model file");
        }
        return path; // behind a folder that may not be looked into: opening says so
    }

    private Path ofFolder(Path folder) throws IOException {
        if (!CheckpointFiles.isCheckpoint(folder)) {
            Optional<String> other = CheckpointFiles.otherKind(folder);
            if (other.isPresent()) {
                throw new UnresolvedModelException(
                        Kind.NOT_A_CHECKPOINT,
                        folder.toString(),
                        folder + ": expected a CLIP checkpoint, found " + other.get());
            }
            throw new UnresolvedModelException(
                    Kind.NOT_A_CHECKPOINT,
                    folder.toString(),
                    folder
                            + ": is a folder without a checkpoint's config.json; name a model file, or a folder to"
                            + " convert");
        }
        return storeFor(folder.toString()).ofFolder(folder, listener);
    }

    private Path ofHub(ModelName name) throws IOException {
        Optional<StoredModel> stored = storeFor(name.toString()).find(name);
        if (stored.isPresent()) {
            return stored.get().file();
        }
        if (downloads.isPresent()) {
            return pull(name, downloads.get(), false).file();
        }
        throw new UnresolvedModelException(
                Kind.NOT_PULLED, name.toString(), name + ": no such file, and no model of that name has been pulled");
    }

    /**
     * Opens the model that a name means, as {@link #resolve} finds it.
     *
     * @throws UnresolvedModelException if it means none
     * @throws org.clipjava.hub.HubException if it had to be pulled, and could not be
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model file
     * @throws org.clipjava.error.BackendUnavailableException if kernels or a backend are asked for that can't be had
     * @throws IOException if the file can't be read, or the store not be written
     */
    public Clip open(String name, ClipOptions options) throws IOException {
        return Clip.open(resolve(name), options);
    }

    /**
     * Has a model of the hub in the store: downloads its checkpoint and converts it, unless that has been done. Where the network
     * is switched off, what is in the hub's cache is taken.
     *
     * @param name its weights are float32 unless it says otherwise
     * @param anew downloads and converts also what is there
     * @throws org.clipjava.hub.HubException if the checkpoint can't be had
     * @throws UnresolvedModelException if no model can be made of it
     */
    public StoredModel pull(ModelName name, HubSettings settings, boolean anew) throws IOException {
        ModelStore kept = storeFor(name.toString());
        RepoReference reference = name.reference();
        WeightType type = name.type().orElse(WeightType.F32);
        Hub hub = new Hub(settings, listener);
        if (!anew) {
            // A model needs no checkpoint once it is made: that may have been deleted.
            RepoReference meant =
                    settings.offline() ? reference : new RepoReference(reference.repo(), hub.commit(reference));
            Optional<StoredModel> stored = kept.find(new ModelName(meant, Optional.of(type)));
            if (stored.isPresent()) {
                kept.remember(reference, stored.get().commit());
                return stored.get();
            }
        }
        FileSelection files = (there, reader) -> CheckpointFiles.choose(reference.toString(), there, reader::read);
        return kept.convert(hub.pull(reference, files, anew && !settings.offline()), type, anew, listener);
    }
}
