package org.clipjava.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionOptionException;
import org.clipjava.hub.Durable;
import org.clipjava.hub.ProcessLock;
import org.clipjava.hub.RepoId;
import org.clipjava.hub.RepoReference;
import org.clipjava.hub.Snapshot;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The folder of model files made of pulled checkpoints, {@code $CLIP_HOME} or {@code clip-java} in the user's cache:
 *
 * <pre>
 * models/openai--clip-vit-base-patch32/COMMIT/f32.safetensors
 * models/openai--clip-vit-base-patch32/refs/main                 the commit that it meant when it was pulled
 * models/local/HASH/f32.safetensors                              of a checkpoint's folder that --model named
 * models/.locks/…                                                held while a model file is made
 * </pre>
 */
final class ModelStore {
    private static final String SUFFIX = ".safetensors";
    private static final String LOCAL = "local";
    private static final int HASH_DIGITS = 32;

    private final Path root;

    ModelStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    /** What was made of folders: of no use once they are gone, and made again when it is. */
    Path local() {
        return root.resolve(LOCAL);
    }

    /** All model files, by name. */
    List<StoredModel> list() throws IOException {
        List<StoredModel> models = new ArrayList<>();
        for (Path folder : children(root)) {
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
        Path folder = root.resolve(repo.folderName());
        for (Path commit : children(folder)) {
            String name = commit.getFileName().toString();
            if (!isCommit(name)) {
                continue;
            }
            for (WeightType type : WeightType.values()) {
                Path file = commit.resolve(type.spelling() + SUFFIX);
                if (Files.isRegularFile(file)) {
                    models.add(new StoredModel(repo, name, type, file, Files.size(file), revisions(repo, name)));
                }
            }
        }
        return models;
    }

    private List<String> revisions(RepoId repo, String commit) throws IOException {
        Path refs = root.resolve(repo.folderName()).resolve("refs");
        if (!Files.isDirectory(refs)) {
            return List.of();
        }
        List<String> revisions = new ArrayList<>();
        try (Stream<Path> files = Files.walk(refs)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (Files.readString(file).equals(commit)) {
                    revisions.add(refs.relativize(file).toString().replace('\\', '/'));
                }
            }
        }
        return List.copyOf(revisions);
    }

    /** The model of this name; of several types the widest, if none is asked for. */
    Optional<StoredModel> find(ModelName name) throws IOException {
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
            Path refs = root.resolve(reference.repo().folderName()).resolve("refs");
            Durable.write(refs.resolve(reference.revision()), commit);
        }
    }

    /** Makes the model file of a checkpoint in the hub's cache, unless it is there. */
    StoredModel convert(Snapshot snapshot, WeightType type, boolean anew, Terminal terminal) throws IOException {
        RepoReference reference = snapshot.reference();
        Path folder = root.resolve(reference.repo().folderName());
        Path file = folder.resolve(snapshot.commit()).resolve(type.spelling() + SUFFIX);
        make(snapshot.folder(), file, type, anew, terminal);
        remember(reference, snapshot.commit());
        return new StoredModel(
                reference.repo(),
                snapshot.commit(),
                type,
                file,
                Files.size(file),
                revisions(reference.repo(), snapshot.commit()));
    }

    /**
     * The model file of a checkpoint's folder on this machine, made when it is first asked for and when a file in it has
     * changed since, going by name, size and time.
     */
    Path ofFolder(Path checkpoint, Terminal terminal) throws IOException {
        Path real = checkpoint.toRealPath();
        StringBuilder state = new StringBuilder(real.toString()).append('\n');
        for (Path file : children(real)) {
            state.append("%s %d %s%n".formatted(file.getFileName(), Files.size(file), Files.getLastModifiedTime(file)));
        }
        Path folder = local().resolve(hash(real.toString()));
        Path file = folder.resolve(hash(state.toString()) + SUFFIX);
        if (!Files.isRegularFile(file)) {
            terminal.say(checkpoint + ": a checkpoint; converting it, once, to " + file);
            make(real, file, WeightType.F32, false, terminal);
            for (Path other : children(folder)) {
                if (!other.equals(file)) {
                    Files.delete(other); // of what the folder was before
                }
            }
        }
        return file;
    }

    private void make(Path checkpoint, Path file, WeightType type, boolean anew, Terminal terminal) throws IOException {
        Path folder = Optional.ofNullable(file.getParent()).orElseThrow();
        Path lock = root.resolve(".locks")
                .resolve(root.relativize(folder).toString().replaceAll("[/\\\\]", "--") + ".lock");
        ProcessLock.holding(
                lock, () -> terminal.say("another process is converting " + checkpoint + "; waiting"), () -> {
                    if (!anew && Files.isRegularFile(file)) {
                        return;
                    }
                    Files.createDirectories(folder);
                    for (Path left : children(folder)) {
                        if (left.getFileName().toString().endsWith(".tmp")) {
                            Files.delete(left); // of a conversion that was killed
                        }
                    }
                    convert(checkpoint, file, type, terminal);
                });
    }

    private static void convert(Path checkpoint, Path file, WeightType type, Terminal terminal) throws IOException {
        try (ConvertCommand.Progress progress = new ConvertCommand.Progress(terminal)) {
            CheckpointConverter.convert(checkpoint, file, type, progress);
        } catch (ConversionOptionException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    e.getMessage() + "; convert it yourself and tell what is missing: clip convert " + checkpoint
                            + " -o FILE",
                    e);
        } catch (ModelFormatException | IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(
                    ExitCode.BAD_MODEL, e.getFile() + ": no such file; the checkpoint is incomplete", e);
        }
    }

    /** Deletes a model file, and what is then of no use. */
    void remove(StoredModel model) throws IOException {
        Files.delete(model.file());
        Path folder = root.resolve(model.repo().folderName());
        deleteIfEmpty(folder.resolve(model.commit()));
        if (list(model.repo()).stream().noneMatch(other -> other.commit().equals(model.commit()))) {
            for (String revision : model.revisions()) {
                Files.delete(folder.resolve("refs").resolve(revision));
            }
        }
        if (list(model.repo()).isEmpty()) {
            deleteTree(folder);
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        if (children(folder).isEmpty()) {
            Files.delete(folder);
        }
    }

    /** Deletes a folder with all that is in it; links are deleted and not followed. */
    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Bytes of all that is in a folder. */
    static long bytes(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    private static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static boolean isCommit(String name) {
        return name.matches("[0-9a-f]{40}");
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
