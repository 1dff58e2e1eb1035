package org.clipjava.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads files of one kind into memory, up to a size that none of them is in earnest: what is larger would only fill the heap.
 *
 * {@snippet :
 * private static final SizeLimit CONFIG = SizeLimit.of("a config", 1 << 20, ModelFormatException::new);
 *
 * byte[] json = CONFIG.read(Path.of("config.json"));
 * }
 *
 * <p>Immutable and thread-safe.
 */
public final class SizeLimit {
    private final String kind;
    private final int bytes;
    private final Function<String, ? extends IOException> refusal;

    private SizeLimit(String kind, int bytes, Function<String, ? extends IOException> refusal) {
        this.kind = kind;
        this.bytes = bytes;
        this.refusal = refusal;
    }

    /**
     * A limit.
     *
     * @param kind what is expected, with its article: a picture
     * @param bytes at most, below {@link Integer#MAX_VALUE}
     * @param refusal makes the exception out of its message
     */
    public static SizeLimit of(String kind, int bytes, Function<String, ? extends IOException> refusal) {
        if (bytes < 0 || bytes == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected a limit from 0 to 2147483646 bytes, found " + bytes);
        }
        return new SizeLimit(kind, bytes, refusal);
    }

    /** The most that is read, in bytes. */
    public int bytes() {
        return bytes;
    }

    /**
     * Reads a file; links are followed. A folder, a device or a pipe is refused before it is opened, for a pipe may never be
     * written to, and a device need not end.
     *
     * @throws IOException the limit's own, for those and for a file that is larger; {@link java.nio.file.NoSuchFileException} and
     *     its like if it can't be read
     */
    public byte[] read(Path file) throws IOException {
        Optional<String> other = FileKind.notAFile(file);
        if (other.isPresent()) {
            throw refusal.apply(file + ": expected " + kind + ", found " + other.get());
        }
        long size = Files.size(file);
        if (size > bytes) {
            throw tooLarge(file.toString(), Long.toString(size));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /**
     * Reads a stream to its end, or to the limit; does not close it.
     *
     * @param name what messages call it
     * @throws IOException the limit's own if there is more, or what the stream throws
     */
    public byte[] read(InputStream in, String name) throws IOException {
        byte[] content = in.readNBytes(bytes + 1);
        if (content.length > bytes) {
            throw tooLarge(name, "more");
        }
        return content;
    }

    private IOException tooLarge(String name, String found) {
        return refusal.apply("%s: expected at most %d bytes, found %s".formatted(name, bytes, found));
    }
}
