package org.clipjava.index;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.clipjava.io.Sha256;

/** What a picture is called in an index: it follows from the path, so that none is there twice. */
final class PictureId {
    private static final int DIGITS = 24;

    private PictureId() {}

    static String of(Path file) {
        return Sha256.of(file.toString().getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    }
}
