package org.clipjava.hub;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.clipjava.io.FileFailure;
import org.clipjava.io.SizeLimit;
import org.clipjava.safetensors.ModelFormatException;

/**
 * Brings CLIP checkpoints from the Hugging Face hub into its cache.
 *
 * {@snippet :
 * Hub hub = new Hub(HubSettings.of(UserEnvironment.ofThisProcess()), DownloadListener.SILENT);
 * RepoReference reference = RepoReference.parse("openai/clip-vit-base-patch32");
 * Snapshot snapshot = hub.pull(
 *         reference, (there, reader) -> CheckpointFiles.choose(reference.toString(), there, reader::read), false);
 * CheckpointConverter.convert(snapshot.folder(), Path.of("clip.safetensors"), WeightType.F32, ConversionListener.SILENT);
 * }
 *
 * <p>Thread-safe if its listener is: processes and threads share the cache by locks on files.
 */
public final class Hub {
    private static final SizeLimit JSON =
            SizeLimit.of("a file", 32 << 20, message -> new HubException(HubException.Kind.CORRUPT, message));

    private final HubSettings settings;
    private final DownloadListener listener;
    private final HubCache cache;

    /** A hub; nothing is asked of it yet. */
    public Hub(HubSettings settings, DownloadListener listener) {
        this.settings = settings;
        this.listener = listener;
        this.cache = new HubCache(settings.cache(), settings.symlinks());
    }

    /**
     * Downloads what is missing of a checkpoint's files. May be killed at any time, and run by several processes at once: what has a
     * name in the cache is whole, and what was half done is gone on with.
     *
     * @param files the wanted ones
     * @param anew downloads also what is there already
     * @throws HubException if it can't be had
     */
    public Snapshot pull(RepoReference reference, FileSelection files, boolean anew) throws IOException {
        if (settings.offline()) {
            return cached(reference, files)
                    .orElseThrow(() -> new HubException(
                            HubException.Kind.OFFLINE,
                            reference + ": not in the cache " + settings.cache()
                                    + ", and the network is switched off; pull it once without --offline and"
                                    + " HF_HUB_OFFLINE"));
        }
        try (HubClient client = new HubClient(settings, listener)) {
            Revision revision = client.revision(reference);
            Download download = new Download(client, revision, anew);
            for (String path : choose(files, revision.files().keySet(), download::read)) {
                download.ensure(path);
            }
            cache.remember(reference, revision.commit());
            return new Snapshot(reference, revision.commit(), cache.snapshot(reference.repo(), revision.commit()));
        } catch (FileSystemException e) {
            throw onDisk(e);
        }
    }

    private static HubException onDisk(FileSystemException e) {
        return new HubException(
                HubException.Kind.DISK,
                e.getFile() + ": " + FileFailure.reason(e, String.valueOf(e.getFile()))
                        + "; HF_HUB_CACHE names another folder for the cache",
                e);
    }

    /**
     * The commit that a reference means now; without the network, when it was last asked for.
     *
     * @throws HubException if that can't be found out
     */
    public String commit(RepoReference reference) throws IOException {
        if (reference.isPinned()) {
            return reference.revision();
        }
        if (settings.offline()) {
            return cache.commit(reference).orElseThrow(() -> notHere(reference));
        }
        try (HubClient client = new HubClient(settings, listener)) {
            return client.revision(reference).commit();
        }
    }

    private HubException notHere(RepoReference reference) {
        return new HubException(
                HubException.Kind.OFFLINE,
                reference + ": not in the cache " + settings.cache()
                        + ", and the network is switched off; pull it once without --offline and HF_HUB_OFFLINE");
    }

    private static List<String> choose(FileSelection files, Set<String> there, FileSelection.Reader reader)
            throws IOException {
        try {
            return files.choose(there, reader);
        } catch (NoSuchFileException e) {
            throw new HubException(HubException.Kind.NOT_FOUND, String.valueOf(e.getMessage()), e);
        } catch (ModelFormatException e) {
            throw new HubException(HubException.Kind.CORRUPT, String.valueOf(e.getMessage()), e);
        }
    }

    /** The checkpoint as it is in the cache, whoever has put it there; empty if any of the wanted files is missing. */
    public Optional<Snapshot> cached(RepoReference reference, FileSelection files) throws IOException {
        Optional<String> commit = cache.commit(reference);
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        Path folder = cache.snapshot(reference.repo(), commit.get());
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        Set<String> there = new TreeSet<>();
        try (Stream<Path> inFolder = Files.list(folder)) {
            inFolder.filter(Files::isRegularFile)
                    .forEach(file -> there.add(file.getFileName().toString()));
        }
        List<String> chosen;
        try {
            chosen = choose(files, there, path -> JSON.read(folder.resolve(path)));
        } catch (HubException e) {
            System.getLogger(Hub.class.getName()).log(System.Logger.Level.DEBUG, "incomplete in the cache", e);
            return Optional.empty();
        }
        for (String path : chosen) {
            if (!cache.isAsNamed(reference.repo(), commit.get(), path)) {
                throw new HubException(
                        HubException.Kind.CORRUPT,
                        folder.resolve(path)
                                + ": expected the content that its blob is named after, found another; delete it and"
                                + " pull again with the network");
            }
        }
        return Optional.of(new Snapshot(reference, commit.get(), folder));
    }

    /** The folder that holds everything of a repository, for those who want to delete it. */
    public Path folder(RepoId repo) {
        return cache.folder(repo);
    }

    /** One repository's files, one after the other. */
    private final class Download {
        private final HubClient client;
        private final Revision revision;
        private final boolean anew;
        private final Set<String> done = new TreeSet<>();

        Download(HubClient client, Revision revision, boolean anew) {
            this.client = client;
            this.revision = revision;
            this.anew = anew;
        }

        byte[] read(String path) throws IOException {
            RepoFile file = describe(path);
            if (file.size() > JSON.bytes()) {
                throw new HubException(
                        HubException.Kind.CORRUPT,
                        revision.repo() + ": " + path + ": expected at most " + JSON.bytes() + " bytes, found "
                                + file.size());
            }
            try {
                ensure(path);
                return JSON.read(cache.pointer(revision.repo(), revision.commit(), path));
            } catch (FileSystemException e) {
                throw onDisk(e); // and not what the selection misses
            }
        }

        private RepoFile describe(String path) throws IOException {
            Optional<RepoFile> file = revision.files().getOrDefault(path, Optional.empty());
            return file.isPresent() ? file.get() : client.describe(revision, path);
        }

        void ensure(String path) throws IOException {
            if (!done.add(path)) {
                return;
            }
            RepoId repo = revision.repo();
            RepoFile file = describe(path);
            if (!anew && cache.hasPointer(repo, revision.commit(), file)) {
                return;
            }
            String waiting = repo + ": " + path + ": another process is downloading it; waiting";
            ProcessLock.holding(cache.lock(repo, file.etag()), () -> listener.waiting(waiting), () -> make(repo, file));
        }

        /** Looks again first: it may have been made while this waited for the lock. */
        private void make(RepoId repo, RepoFile file) throws IOException {
            if (!anew && cache.hasPointer(repo, revision.commit(), file)) {
                return;
            }
            Path blob = cache.blob(repo, file.etag());
            boolean there = cache.isWhole(blob, file);
            if (anew || !there) {
                Path incomplete = cache.incomplete(repo, file.etag());
                if (anew) {
                    Files.deleteIfExists(incomplete);
                }
                RepoReference commit = new RepoReference(repo, revision.commit());
                new FileDownload(client, settings, listener, commit, file, incomplete).run(blob);
            }
            cache.link(repo, revision.commit(), file, anew || !there);
        }
    }
}
