package org.clipjava.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256, in lower-case hexadecimal, 64 digits. */
public final class Sha256 {
    /** Of a digest. */
    public static final int BYTES = 32;

    private static final int CHUNK = 1 << 20;

    private Sha256() {}

    /** Of these bytes. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /**
     * Of a file's content.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    public static String of(Path file) throws IOException {
        return of(file, bytes -> {});
    }

    /**
     * Of a file's content.
     *
     * @param progress is told of each piece that has been read, in bytes; together they are the file's size
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    public static String of(Path file, LongConsumer progress) throws IOException {
        MessageDigest digest = digest();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (int count; (count = channel.read(chunk.clear())) >= 0; ) {
                digest.update(chunk.flip());
                progress.accept(count);
            }
        }
        return hex(digest);
    }

    /** What is fed piece by piece, for {@link #hex} at the end. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Of what the digest was fed; it is as new afterwards. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
