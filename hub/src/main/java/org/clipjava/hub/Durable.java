package org.clipjava.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.clipjava.io.AtomicFile;

/** Gone as soon as {@code cli} writes with {@link AtomicFile} itself. */
public final class Durable {
    private Durable() {}

    /** Writes a small file as a whole or not at all, and makes its folders. */
    public static void write(Path file, String text) throws IOException {
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElseThrow());
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
