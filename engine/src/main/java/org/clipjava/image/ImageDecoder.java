package org.clipjava.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Executor;

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
        return decode(EncodedFile.read(encoded, name), name);
    }

    /** Reads and decodes a file. */
    default RgbImage decode(Path file) throws IOException {
        return decode(EncodedFile.read(file), file.toString());
    }

    /**
     * What {@code preprocessor.preprocess(decode(encoded, name))} gives, sooner for a large JPEG: rows are resized while those
     * below them are decoded, if the helper has a thread for it, and only what the crop shows is converted to RGB.
     *
     * @param helper runs a part of the work, if it can; {@code Runnable::run} for none
     * @throws ImageFormatException if it is unsupported, corrupt, truncated or too large
     */
    default PixelTensor decodePixels(byte[] encoded, String name, ImagePreprocessor preprocessor, Executor helper)
            throws IOException {
        return preprocessor.preprocess(decode(encoded, name));
    }

    /** Reads, decodes and preprocesses a file. */
    default PixelTensor decodePixels(Path file, ImagePreprocessor preprocessor, Executor helper) throws IOException {
        return decodePixels(EncodedFile.read(file), file.toString(), preprocessor, helper);
    }

    /** Width x height of a file, from its header alone; {@link Long#MAX_VALUE} if it is not to be found out without decoding. */
    default long pixels(Path file) {
        return Long.MAX_VALUE;
    }

    /** Width x height of an encoded picture, likewise. */
    default long pixels(byte[] encoded) {
        return Long.MAX_VALUE;
    }

    /**
     * JPEG, PNG, GIF, BMP and TIFF, and whatever else a plugin of ImageIO reads, except lossy WebP. Needs the module
     * {@code java.desktop}.
     *
     * @throws UnsupportedOperationException if this Java has no such module
     */
    static ImageDecoder imageIo() {
        if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
            throw new UnsupportedOperationException(
                    "expected the module java.desktop to decode pictures with, found a Java without it; use a complete JDK,"
                            + " or pass raw pixels (RgbImage.of)");
        }
        return new ImageIoDecoder();
    }
}
