package org.clipjava.image;

import java.util.Arrays;

/** EXIF is a TIFF file without pixels, mostly behind a prefix of its own. */
final class Exif {
    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

    private Exif() {}

    static byte[] withoutPrefix(byte[] exif) {
        boolean prefixed = Arrays.mismatch(PREFIX, 0, PREFIX.length, exif, 0, Math.min(PREFIX.length, exif.length)) < 0;
        return prefixed ? Arrays.copyOfRange(exif, PREFIX.length, exif.length) : exif;
    }
}
