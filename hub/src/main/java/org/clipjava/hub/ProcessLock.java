package org.clipjava.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A lock that other processes, and other threads of this one, wait for. The operating system takes it back when its holder
 * dies, however it dies. Its file stays: deleting it would let a third come in while a second holds the deleted one.
 */
public final class ProcessLock {
    private static final long MILLIS_BETWEEN = 50;
    private static final long MILLIS_IN_SILENCE = 1000;

    private ProcessLock() {}

    /** What one process at a time may do. */
    public interface Action {
        /** Does what only one may do at a time. */
        void run() throws IOException;
    }

    /**
     * Waits for the lock, and runs the action while holding it.
     *
     * @param file made, with its folders, if it is not there
     * @param waiting run once, if it takes longer than a second
     */
    public static void holding(Path file, Runnable waiting, Action action) throws IOException {
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElseThrow());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = take(channel, waiting);
            try {
                action.run();
            } finally {
                lock.release();
            }
        }
    }

    private static FileLock take(FileChannel channel, Runnable waiting) throws IOException {
        for (long waited = 0; ; waited += MILLIS_BETWEEN) {
            Optional<FileLock> lock = tryLock(channel);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (waited == MILLIS_IN_SILENCE) {
                waiting.run();
            }
            try {
                Thread.sleep(MILLIS_BETWEEN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
            }
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // another thread of this process has it
        }
    }
}
