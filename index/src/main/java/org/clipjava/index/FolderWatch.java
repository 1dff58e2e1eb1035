package org.clipjava.index;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waits for changes in folders, at any depth. For one thread. */
public final class FolderWatch implements AutoCloseable {
    /** A copy of many files, or a large one, is to be at its end. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final WatchService service;

    private FolderWatch(WatchService service) {
        this.service = service;
    }

    /**
     * Begins to watch the folders that a {@link PictureWalk} enters now.
     *
     * @param folders absolute
     * @param hidden whether hidden folders are watched too
     * @throws IOException if the system watches no more folders
     */
    public static FolderWatch of(List<Path> folders, boolean hidden) throws IOException {
        WatchService service = FileSystems.getDefault().newWatchService();
        FolderWatch watch = new FolderWatch(service);
        try {
            for (Path folder : PictureWalk.of(folders, hidden).entered()) {
                register(folder, service);
            }
            return watch;
        } catch (Throwable e) {
            watch.close();
            throw e;
        }
    }

    private static void register(Path folder, WatchService service) throws IOException {
        try {
            folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (NoSuchFileException e) {
            System.getLogger(FolderWatch.class.getName())
                    .log(System.Logger.Level.DEBUG, "went before it was watched: " + folder, e);
        }
    }

    /** Returns when something has changed since the watch began, and nothing has for a second. */
    public void await() throws InterruptedException {
        Optional<WatchKey> changed = Optional.of(service.take());
        while (changed.isPresent()) {
            changed.get().pollEvents();
            changed.get().reset();
            changed = Optional.ofNullable(service.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
