package org.clipjava.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Turns an encoded picture into pixels. Implementations are thread-safe. */
public interface ImageDecoder {
    /**
     * The largest width x height that is decoded: 89,478,485 pixels, Pillow's {@code MAX_IMAGE_PIXELS}. A picture whose
     * header says more is refused before anything is allocated for it.
     */
    int MAX_PIXELS = 1024 * 1024 * 1024 / 4 / 3;

    /** The largest encoded picture that is read from a stream or a file: 1 GiB. */
    int MAX_ENCODED_BYTES = 1 << 30;

    /**
     * Decodes the first picture of a file, upright (EXIF orientation applied), as Pillow's {@code convert("RGB")} has it.
     *
     * @param encoded the whole file; not kept, not written to
     * @param name what messages call it
     * @throws ImageFormatException if it is unsupported, corrupt, truncated or too large
     */
    RgbImage decode(byte[] encoded, String name) throws IOException;

    /** Reads the stream to its end and decodes it; the stream is not closed. */
    default RgbImage decode(InputStream encoded, String name) throws IOException {
        byte[] bytes = encoded.readNBytes(MAX_ENCODED_BYTES + 1);
        if (bytes.length > MAX_ENCODED_BYTES) {
            throw new ImageFormatException(name + ": expected at most " + MAX_ENCODED_BYTES + " bytes, found more");
        }
        return decode(bytes, name);
    }

    /** Reads and decodes a file. */
    default RgbImage decode(Path file) throws IOException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new ImageFormatException(name + ": expected a picture, found a directory");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return decode(in, name);
        }
    }

    /**
     * JPEG, PNG, GIF, BMP and TIFF, and whatever else a plugin of ImageIO reads, except lossy WebP. Needs the module
     * {@code java.desktop}.
     */
    static ImageDecoder imageIo() {
        return new ImageIoDecoder();
    }
}
