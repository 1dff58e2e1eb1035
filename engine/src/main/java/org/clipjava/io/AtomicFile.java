package org.clipjava.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * A file that appears under its name as a whole or not at all, in place of another that may have it. It is written under a
 * temporary name in the same folder, {@code .NAME.….tmp}. {@link #commit} brings it to the disk and gives it its name, which it
 * brings to the disk too: whoever finds the name finds a complete file, even after a loss of power. Closed before that, or when the program ends or is
 * interrupted, it is deleted.
 *
 * {@snippet :
 * try (AtomicFile file = AtomicFile.begin(Path.of("result.csv"))) {
 *     Files.writeString(file.path(), "a,b\n", StandardOpenOption.WRITE);
 *     file.commit();
 * }
 * }
 *
 * <p>Who has the old file open or mapped keeps the old one. Where the name is a link, the file that it leads to is replaced.
 * Not thread-safe.
 */
public final class AtomicFile implements Closeable {
    /** Of the file's name that stay in the temporary one, so that it is not too long for a file system where the name is not. */
    private static final int LONGEST_NAME = 50;

    private static final int MOST_TRIES = 20;
    private static final long PAUSE_NANOS = 50_000_000;

    private final Path target;
    private final Path path;
    private final Thread atExit;
    private boolean done;

    /** Writes everything. */
    @FunctionalInterface
    public interface Content {
        /** Writes the file from its beginning; the channel must not be closed. */
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile(Path target) {
        this.target = target;
        String name = String.valueOf(target.getFileName());
        String beginning = name.length() <= LONGEST_NAME
                ? name
                : name.substring(
                        0, Character.isHighSurrogate(name.charAt(LONGEST_NAME - 1)) ? LONGEST_NAME - 1 : LONGEST_NAME);
        // Not Files.createTempFile: that makes a file which only its owner may read, and the result would stay so.
        this.path = target.resolveSibling("." + beginning + "." + UUID.randomUUID() + ".tmp");
        // An interrupted program (Ctrl-C) runs no finally block, and must not leave gigabytes under a hidden name.
        this.atExit = new Thread(this::deleteAtExit, "delete " + path.getFileName());
    }

    /**
     * Begins a file, empty and under its temporary name.
     *
     * @throws FileAlreadyExistsException if the target is a folder, a device or a pipe
     * @throws NoSuchFileException if its folder does not exist
     * @throws AccessDeniedException if its folder is not writable
     */
    public static AtomicFile begin(Path target) throws IOException {
        Optional<String> other = FileKind.notAFile(target);
        if (other.isPresent()) {
            // Renaming over a device, which root may do, would leave a machine without its /dev/null.
            throw new FileAlreadyExistsException(
                    target.toString(), null, "expected a file's name, found " + other.get());
        }
        AtomicFile file = new AtomicFile(Files.exists(target) ? target.toRealPath() : target.toAbsolutePath());
        Path folder = file.folder();
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(target.toString(), null, "no folder " + folder);
        }
        Runtime.getRuntime().addShutdownHook(file.atExit);
        try {
            file.create();
        } catch (AccessDeniedException e) {
            file.close();
            AccessDeniedException denied =
                    new AccessDeniedException(target.toString(), null, "the folder " + folder + " is not writable");
            denied.initCause(e);
            throw denied;
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return file;
    }

    /**
     * Writes a file as a whole or not at all.
     *
     * @throws IOException as {@link #begin} does, or if it can't be written
     */
    public static void write(Path target, Content content) throws IOException {
        try (AtomicFile file = begin(target)) {
            try (FileChannel channel = FileChannel.open(file.path, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            file.publish();
        }
    }

    /**
     * Writes a file as a whole or not at all.
     *
     * @throws IOException as {@link #begin} does, or if it can't be written
     */
    public static void write(Path target, byte[] content) throws IOException {
        write(target, channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    /**
     * Gives a file or a link that is complete and on the disk its name for good, in place of another that may have it.
     *
     * @param name in a folder of the same file system
     */
    public static void rename(Path file, Path name) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
                break;
            } catch (AccessDeniedException e) {
                // On Windows a file can't be replaced while someone reads it, as a scanner for viruses does for a
                // moment.
                if (hasPosixRights(file) || tries == MOST_TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        forceFolder(Optional.ofNullable(name.toAbsolutePath().getParent()).orElseThrow());
    }

    /** Where to write; the file is there, and is to be opened without being made again: what an interruption deleted stays deleted. */
    public Path path() {
        return path;
    }

    /**
     * Brings the file to the disk and gives it its name; everything must have been written and closed.
     *
     * @throws IllegalStateException if that is done already, or the file is closed
     */
    public void commit() throws IOException {
        requirePending();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        publish();
    }

    private synchronized void publish() throws IOException {
        requirePending();
        rename(path, target);
        done = true;
    }

    private synchronized void requirePending() {
        if (done) {
            throw new IllegalStateException(target + ": committed or closed already");
        }
    }

    /** Deletes the file if it was not committed. */
    @Override
    public void close() throws IOException {
        try {
            delete();
        } finally {
            forgetAtExit();
        }
    }

    private Path folder() {
        return Optional.ofNullable(target.getParent()).orElseThrow();
    }

    /** Not after the program's end has begun, when nobody would delete it any more. */
    private synchronized void create() throws IOException {
        if (!done) {
            Files.createFile(path);
        }
    }

    private synchronized void delete() throws IOException {
        if (!done) {
            done = true;
            Files.deleteIfExists(path);
        }
    }

    private void deleteAtExit() {
        try {
            delete();
        } catch (IOException e) {
            logger().log(Level.WARNING, "can't delete " + path, e);
        }
    }

    private void forgetAtExit() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            logger().log(Level.DEBUG, "the program ends while a file is being written", exiting);
        }
    }

    /**
     * Windows can't open a folder, and keeps its entries in a journal of its own. Some file systems, such as VirtualBox's shared
     * folders, can't force one; the file is on the disk and has its name by then, so that nobody finds half of it there either.
     */
    private static void forceFolder(Path folder) throws IOException {
        if (!hasPosixRights(folder)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            logger().log(Level.DEBUG, "can't force the folder " + folder + " to the disk", e);
        }
    }

    private static boolean hasPosixRights(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static System.Logger logger() {
        return System.getLogger(AtomicFile.class.getName());
    }
}
