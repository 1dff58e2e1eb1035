package org.clipjava.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.clipjava.io.AtomicFile;

/**
 * The hub's cache on disk, laid out as Python's {@code huggingface_hub} does it:
 *
 * <pre>
 * models--openai--clip-vit-base-patch32/
 *   blobs/ETAG                     the content, by its SHA-256 (Git LFS) or Git's SHA-1
 *   blobs/ETAG.incomplete          what has come of it so far
 *   refs/main                      the commit that a branch or tag meant when last asked
 *   snapshots/COMMIT/config.json   a relative link to the blob; where there are no links, the file itself
 * .locks/models--…/ETAG.lock       held while a blob is made
 * </pre>
 */
final class HubCache {
    private static final int LONGEST_REF = 64;

    private final Path root;
    private final boolean symlinks;

    HubCache(Path root, boolean symlinks) {
        this.root = root.toAbsolutePath().normalize();
        this.symlinks = symlinks;
    }

    Path folder(RepoId repo) {
        return root.resolve(repo.folder());
    }

    Path blob(RepoId repo, String etag) {
        return folder(repo).resolve("blobs").resolve(etag);
    }

    Path incomplete(RepoId repo, String etag) {
        return folder(repo).resolve("blobs").resolve(etag + ".incomplete");
    }

    Path lock(RepoId repo, String etag) {
        return root.resolve(".locks").resolve(repo.folder()).resolve(etag + ".lock");
    }

    Path snapshot(RepoId repo, String commit) {
        return folder(repo).resolve("snapshots").resolve(commit);
    }

    Path pointer(RepoId repo, String commit, String path) {
        Path snapshot = snapshot(repo, commit);
        Path pointer = snapshot.resolve(path).normalize();
        if (!pointer.startsWith(snapshot)) {
            throw new IllegalArgumentException(path + ": leads out of the snapshot");
        }
        return pointer;
    }

    /** The commit that a reference meant when it was last asked for. */
    Optional<String> commit(RepoReference reference) throws IOException {
        if (reference.isPinned()) {
            return Optional.of(reference.revision());
        }
        Path ref = folder(reference.repo()).resolve("refs").resolve(reference.revision());
        if (!Files.isRegularFile(ref) || Files.size(ref) > LONGEST_REF) {
            return Optional.empty();
        }
        // whatever bytes they are: those that make no commit are none
        return Optional.of(new String(Files.readAllBytes(ref), StandardCharsets.ISO_8859_1).strip())
                .filter(RepoReference::isCommit);
    }

    /** Keeps what a branch or tag means now. */
    void remember(RepoReference reference, String commit) throws IOException {
        if (!reference.isPinned() && !commit(reference).equals(Optional.of(commit))) {
            Path refs = Files.createDirectories(folder(reference.repo()).resolve("refs"));
            AtomicFile.write(refs.resolve(reference.revision()), commit.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whether the snapshot has the file, with the content that its etag names. */
    boolean hasPointer(RepoId repo, String commit, RepoFile file) throws IOException {
        return isWhole(pointer(repo, commit, file.path()), file);
    }

    /** Whether a file has the content that an etag names. */
    boolean isWhole(Path path, RepoFile file) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) != file.size()) {
            return false;
        }
        try (FileChannel content = FileChannel.open(path, StandardOpenOption.READ)) {
            return ContentHash.of(content, file).equals(file.etag());
        }
    }

    /**
     * Whether a file of a snapshot has the content that the blob's name says, if it is a link to one.
     *
     * @param path of the file in the repository
     */
    boolean isAsNamed(RepoId repo, String commit, String path) throws IOException {
        Path pointer = pointer(repo, commit, path);
        if (!Files.isSymbolicLink(pointer)) {
            return true;
        }
        Path blob = pointer.toRealPath();
        String name = blob.getFileName().toString();
        return !RepoFile.isEtag(name) || isWhole(blob, new RepoFile(path, Files.size(blob), name));
    }

    /**
     * Puts a blob into a snapshot: as a link, or, where the file system has none, as the file itself.
     *
     * @param isNew whether no snapshot can have it yet, so that it may be moved there
     */
    void link(RepoId repo, String commit, RepoFile file, boolean isNew) throws IOException {
        Path pointer = pointer(repo, commit, file.path());
        Path blob = blob(repo, file.etag());
        Path parent = Optional.ofNullable(pointer.getParent()).orElseThrow();
        Files.createDirectories(parent);
        Path target = parent.relativize(blob);
        if (Files.isSymbolicLink(pointer) && Files.readSymbolicLink(pointer).equals(target)) {
            return;
        }
        Path pending = parent.resolve("." + UUID.randomUUID() + ".tmp");
        try {
            if (!makeLink(pending, target)) {
                if (isNew) {
                    AtomicFile.rename(blob, pointer);
                    return;
                }
                Files.copy(blob, pending);
            }
            AtomicFile.rename(pending, pointer);
        } finally {
            Files.deleteIfExists(pending);
        }
    }

    private boolean makeLink(Path link, Path target) throws IOException {
        if (!symlinks) {
            return false;
        }
        try {
            Files.createSymbolicLink(link, target);
            return true;
        } catch (NoSuchFileException | FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // Windows without the right to make links, and some network and FAT drives.
            System.getLogger(HubCache.class.getName())
                    .log(System.Logger.Level.DEBUG, "no symbolic links in " + root, e);
            return false;
        }
    }
}
