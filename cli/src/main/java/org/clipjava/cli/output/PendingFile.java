package org.clipjava.cli.output;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file under a temporary name beside its own until {@link #commit()}: whoever finds the name finds a complete file. It is
 * deleted when closed before that, and when the process is interrupted.
 */
public final class PendingFile implements Closeable {
    private final Path target;
    private final Path path;
    private final Thread deleteWhenInterrupted;

    /** A device or a pipe has no name to be renamed to: it is written to as it is. */
    private final boolean direct;

    private boolean done;

    public PendingFile(Path named) throws IOException {
        if (Files.isDirectory(named)) {
            throw new java.nio.file.FileSystemException(named.toString(), null, "is a folder");
        }
        this.direct = Files.exists(named) && !Files.isRegularFile(named);
        // A link stays one: /dev/stdout is a link too, and may lead to a file.
        this.target = Files.isRegularFile(named) ? named.toRealPath() : named;
        Path folder = Optional.ofNullable(target.toAbsolutePath().getParent()).orElseThrow();
        if (!Files.isDirectory(folder)) {
            throw new java.nio.file.FileSystemException(named.toString(), null, "no folder " + folder);
        }
        long random = ThreadLocalRandom.current().nextLong();
        this.path =
                direct ? target : folder.resolve("." + target.getFileName() + "." + Long.toHexString(random) + ".tmp");
        this.deleteWhenInterrupted = new Thread(this::discard, "clip-delete-pending");
        Runtime.getRuntime().addShutdownHook(deleteWhenInterrupted);
        create();
    }

    /** Made here, to be opened without being made again: what the interruption has deleted stays deleted. */
    private synchronized void create() throws IOException {
        if (!direct && !done) {
            Files.createFile(path);
        }
    }

    /** Where to write; the file is there, and empty. */
    public Path path() {
        return path;
    }

    /** Gives the file its name; everything must have been written and closed. */
    public synchronized void commit() throws IOException {
        if (!direct) {
            try {
                Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        done = true;
    }

    @Override
    public void close() {
        discard();
        try {
            Runtime.getRuntime().removeShutdownHook(deleteWhenInterrupted);
        } catch (IllegalStateException e) {
            return; // the hook is running already
        }
    }

    private synchronized void discard() {
        if (!done && !direct) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(path + " could not be deleted", e);
            }
        }
        done = true;
    }
}
