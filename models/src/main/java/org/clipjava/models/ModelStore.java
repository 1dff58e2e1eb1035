package org.clipjava.models;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.CheckpointFiles;
import org.clipjava.convert.ConversionOptionException;
import org.clipjava.hub.ProcessLock;
import org.clipjava.hub.RepoId;
import org.clipjava.hub.RepoReference;
import org.clipjava.hub.Snapshot;
import org.clipjava.io.AtomicFile;
import org.clipjava.io.Sha256;
import org.clipjava.models.UnresolvedModelException.Kind;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The folder of model files that were made of checkpoints:
 *
 * <pre>
 * openai--clip-vit-base-patch32/COMMIT/f32.safetensors
 * openai--clip-vit-base-patch32/refs/main                 the commit that it meant when it was pulled
 * local/HASH/HASH.safetensors                             of a checkpoint's folder
 * .locks/…                                                held while a model file is made
 * </pre>
 *
 * <p>Immutable and thread-safe. Several threads and processes may use one folder at once: a model file appears as a whole, and
 * two who want the same one make it once. An {@link IOException} that is none of the documented ones means that the folder
 * can't be read or written.
 */
public final class ModelStore {
    private static final String SUFFIX = ".safetensors";
    private static final String PENDING = ".tmp";
    private static final String LOCAL = "local";
    private static final int HASH_DIGITS = 32;

    private final Path root;

    private ModelStore(Path root) {
        this.root = root;
    }

    /** The store in a folder, which is made when the first model is. */
    public static ModelStore in(Path root) {
        return new ModelStore(root.toAbsolutePath().normalize());
    }

    /** The folder, an absolute path. */
    public Path root() {
        return root;
    }

    /** Where those are that were made of folders: of no use once these are gone, and made again when they are. */
    public Path local() {
        return root.resolve(LOCAL);
    }

    /** Bytes of the models that were made of folders. */
    public long localBytes() throws IOException {
        return FileTree.bytes(local());
    }

    /** All models of the hub, by name. */
    public List<StoredModel> list() throws IOException {
        List<StoredModel> models = new ArrayList<>();
        for (Path folder : FileTree.children(root)) {
            Optional<RepoId> repo = RepoId.ofFolderName(folder.getFileName().toString());
            if (repo.isPresent()) {
                models.addAll(list(repo.get()));
            }
        }
        models.sort(Comparator.comparing(StoredModel::name));
        return models;
    }

    private List<StoredModel> list(RepoId repo) throws IOException {
        List<StoredModel> models = new ArrayList<>();
        for (Path commit : FileTree.children(folder(repo))) {
            String name = commit.getFileName().toString();
            if (!isCommit(name)) {
                continue;
            }
            for (WeightType type : WeightType.values()) {
                Path file = commit.resolve(type.spelling() + SUFFIX);
                if (Files.isRegularFile(file)) {
                    models.add(stored(repo, name, type, file));
                }
            }
        }
        return models;
    }

    private StoredModel stored(RepoId repo, String commit, WeightType type, Path file) throws IOException {
        return new StoredModel(repo, commit, type, file, Files.size(file), revisions(repo, commit));
    }

    private List<String> revisions(RepoId repo, String commit) throws IOException {
        Path refs = refs(repo);
        List<String> revisions = new ArrayList<>();
        for (Path file : FileTree.all(refs)) {
            boolean pending = file.getFileName().toString().endsWith(PENDING); // of a pull that was killed
            // as bytes: what is no text means no commit either
            if (!pending
                    && Files.isRegularFile(file)
                    && Files.size(file) == commit.length()
                    && Arrays.equals(Files.readAllBytes(file), commit.getBytes(StandardCharsets.UTF_8))) {
                revisions.add(refs.relativize(file).toString().replace('\\', '/'));
            }
        }
        return revisions;
    }

    /** The model of this name; of several types the widest, if none is asked for. */
    public Optional<StoredModel> find(ModelName name) throws IOException {
        RepoReference reference = name.reference();
        return list(reference.repo()).stream()
                .filter(model -> model.commit().equals(reference.revision())
                        || model.revisions().contains(reference.revision()))
                .filter(model -> name.type().isEmpty() || name.type().get() == model.type())
                .min(Comparator.comparing(StoredModel::type));
    }

    /** Keeps what a branch or tag meant when it was pulled. */
    void remember(RepoReference reference, String commit) throws IOException {
        if (!reference.isPinned()) {
            Path refs = Files.createDirectories(refs(reference.repo()));
            AtomicFile.write(refs.resolve(reference.revision()), commit.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * The model file of a checkpoint in the hub's cache, made unless it is there. Its reference means this commit from now on.
     *
     * @param anew makes it also if it is there
     * @throws UnresolvedModelException if no model can be made of the checkpoint
     */
    public StoredModel convert(Snapshot snapshot, WeightType type, boolean anew, ModelListener listener)
            throws IOException {
        RepoReference reference = snapshot.reference();
        Path file = folder(reference.repo()).resolve(snapshot.commit()).resolve(type.spelling() + SUFFIX);
        make(snapshot.folder(), file, type, anew, listener);
        remember(reference, snapshot.commit());
        return stored(reference.repo(), snapshot.commit(), type, file);
    }

    /**
     * The model file of a checkpoint's folder on this machine, made when it is first asked for and when a file in it has
     * changed since, going by name, size and time. Its weights are float32.
     *
     * @throws UnresolvedModelException if no model can be made of the checkpoint
     */
    public Path ofFolder(Path checkpoint, ModelListener listener) throws IOException {
        Path real = checkpoint.toRealPath();
        StringBuilder state = new StringBuilder(real.toString()).append('\n');
        boolean inFolders = CheckpointFiles.isInFolders(real);
        for (Path file : FileTree.children(real)) {
            append(state, real, file);
            if (inFolders) {
                for (Path inner : FileTree.children(file)) {
                    append(state, real, inner);
                }
            }
        }
        Path folder = local().resolve(hash(real.toString()));
        Path file = folder.resolve(hash(state.toString()) + SUFFIX);
        if (!Files.isRegularFile(file)) {
            listener.newFolder(checkpoint, file);
            make(real, file, WeightType.F32, false, listener);
            for (Path other : FileTree.children(folder)) {
                if (!other.equals(file)) {
                    Files.delete(other); // of what the folder was before
                }
            }
        }
        return file;
    }

    private static void append(StringBuilder state, Path folder, Path file) throws IOException {
        state.append(
                "%s %d %s%n".formatted(folder.relativize(file), Files.size(file), Files.getLastModifiedTime(file)));
    }

    private void make(Path checkpoint, Path file, WeightType type, boolean anew, ModelListener listener)
            throws IOException {
        Path folder = Optional.ofNullable(file.getParent()).orElseThrow();
        Path lock = root.resolve(".locks")
                .resolve(root.relativize(folder).toString().replaceAll("[/\\\\]", "--") + ".lock");
        String waiting = "another process is converting " + checkpoint + "; waiting";
        ProcessLock.holding(lock, () -> listener.waiting(waiting), () -> {
            if (!anew && Files.isRegularFile(file)) {
                return;
            }
            Files.createDirectories(folder);
            for (Path left : FileTree.children(folder)) {
                if (left.getFileName().toString().endsWith(PENDING)) {
                    Files.delete(left); // of a conversion that was killed
                }
            }
            convert(checkpoint, file, type, listener);
        });
    }

    private static void convert(Path checkpoint, Path file, WeightType type, ModelListener listener)
            throws IOException {
        String subject = checkpoint.toString();
        try {
            CheckpointConverter.convert(checkpoint, file, type, listener::converting)
                    .notes()
                    .forEach(listener::note);
        } catch (ConversionOptionException e) {
            throw new UnresolvedModelException(Kind.OPTIONS_NEEDED, subject, String.valueOf(e.getMessage()), e);
        } catch (ModelFormatException | IllegalArgumentException e) {
            throw new UnresolvedModelException(Kind.BAD_CHECKPOINT, subject, String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new UnresolvedModelException(
                    Kind.BAD_CHECKPOINT, subject, e.getFile() + ": no such file; the checkpoint is incomplete", e);
        } finally {
            listener.converted();
        }
    }

    /**
     * Deletes a model file, and what is then of no use.
     *
     * @throws NoSuchFileException if it has been deleted meanwhile
     */
    public void remove(StoredModel model) throws IOException {
        Files.delete(model.file());
        Path commit = folder(model.repo()).resolve(model.commit());
        if (FileTree.children(commit).isEmpty()) {
            Files.delete(commit);
        }
        List<StoredModel> left = list(model.repo());
        if (left.stream().noneMatch(other -> other.commit().equals(model.commit()))) {
            for (String revision : model.revisions()) {
                Files.delete(refs(model.repo()).resolve(revision));
            }
        }
        if (left.isEmpty()) {
            FileTree.delete(folder(model.repo()));
        }
    }

    /**
     * Deletes what was made of a checkpoint's folder. The folder stays; it may also be gone, if it was named without links.
     *
     * @return bytes deleted; 0 if nothing was made of it
     */
    public long removeOfFolder(Path checkpoint) throws IOException {
        Path real = Files.exists(checkpoint)
                ? checkpoint.toRealPath()
                : checkpoint.toAbsolutePath().normalize();
        return remove(local().resolve(hash(real.toString())));
    }

    /**
     * Deletes all that was made of checkpoints' folders.
     *
     * @return bytes deleted
     */
    public long removeLocal() throws IOException {
        return remove(local());
    }

    private static long remove(Path folder) throws IOException {
        long bytes = FileTree.bytes(folder);
        FileTree.delete(folder);
        return bytes;
    }

    private Path folder(RepoId repo) {
        return root.resolve(repo.folderName());
    }

    private Path refs(RepoId repo) {
        return folder(repo).resolve("refs");
    }

    private static boolean isCommit(String name) {
        return name.matches("[0-9a-f]{40}");
    }

    private static String hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_DIGITS);
    }
}
