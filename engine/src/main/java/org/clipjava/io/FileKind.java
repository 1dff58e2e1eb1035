package org.clipjava.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a path leads to, as a message says it. */
public final class FileKind {
    private FileKind() {}

    /** What is there in the place of a regular file; empty if that is one, or nothing. Links are followed. */
    public static Optional<String> notAFile(Path path) {
        if (Files.isDirectory(path)) {
            return Optional.of("a folder");
        }
        return Files.exists(path) && !Files.isRegularFile(path) ? Optional.of("a device or pipe") : Optional.empty();
    }
}
