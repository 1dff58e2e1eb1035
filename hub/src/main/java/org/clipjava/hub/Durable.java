package org.clipjava.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/** Names that stand for whole files even if the machine loses its power in between. */
public final class Durable {
    private Durable() {}

    /** Gives a file, whose content is on the disk, its name, in place of another that may have it. */
    public static void rename(Path file, Path name) throws IOException {
        Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(Optional.ofNullable(name.getParent()).orElseThrow());
    }

    /** Writes a small file as a whole or not at all, and makes its folders. */
    public static void write(Path file, String text) throws IOException {
        Path folder = Optional.ofNullable(file.getParent()).orElseThrow();
        Files.createDirectories(folder);
        Path pending = folder.resolve("." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(pending, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            rename(pending, file);
        } finally {
            Files.deleteIfExists(pending);
        }
    }

    /** Windows can't open a folder, and keeps its entries in a journal of its own. */
    private static void forceFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
