package org.clipjava.image.codec.jpeg;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.OptionalInt;
import org.clipjava.image.codec.Orientation;

/** What Pillow collects of APP1 segments before it asks for the orientation: EXIF, which may be in parts, and the last XMP. */
final class Metadata {
    private static final byte[] EXIF = "Exif\0\0".getBytes(ISO_8859_1);
    private static final byte[] XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(ISO_8859_1);

    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private byte[] xmp = {};

    /** Adds what a segment holds behind its length. */
    void add(byte[] file, int from, int to) {
        if (startsWith(EXIF, file, from, to)) {
            exif.write(file, from + EXIF.length, to - from - EXIF.length);
        } else if (startsWith(XMP, file, from, to)) {
            xmp = Arrays.copyOfRange(file, from + XMP.length, to);
        }
    }

    private static boolean startsWith(byte[] prefix, byte[] file, int from, int to) {
        return to - from >= prefix.length && Arrays.equals(file, from, from + prefix.length, prefix, 0, prefix.length);
    }

    Orientation orientation() {
        OptionalInt known = Orientation.ofExif(exif.toByteArray());
        return Orientation.of((known.isPresent() ? known : Orientation.ofXmp(xmp)).orElse(1));
    }
}
