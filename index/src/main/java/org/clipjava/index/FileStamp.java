package org.clipjava.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What tells a changed file from one that is the same.
 *
 * @param file absolute
 * @param bytes its size
 * @param modifiedNanos its time of modification, nanoseconds since 1970
 */
public record FileStamp(Path file, long bytes, long modifiedNanos) {
    /** Checks for null and for a relative path. */
    public FileStamp {
        Objects.requireNonNull(file);
        if (!file.isAbsolute()) {
            throw new IllegalArgumentException("expected an absolute path, found " + file);
        }
    }

    /**
     * Of a file as it is now; of what a link leads to.
     *
     * @throws IOException if it is not there, or may not be looked at
     */
    public static FileStamp of(Path file) throws IOException {
        return of(file.toAbsolutePath(), Files.readAttributes(file, BasicFileAttributes.class));
    }

    static FileStamp of(Path file, BasicFileAttributes attributes) {
        return new FileStamp(
                file, attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }

    /** When it was modified. */
    public Instant modified() {
        return Instant.ofEpochSecond(0, modifiedNanos);
    }
}
