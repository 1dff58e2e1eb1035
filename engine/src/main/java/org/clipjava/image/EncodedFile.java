package org.clipjava.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads encoded pictures of a bounded size. */
final class EncodedFile {
    private EncodedFile() {}

    static byte[] read(InputStream encoded, String name) throws IOException {
        byte[] bytes = encoded.readNBytes(ImageDecoder.MAX_ENCODED_BYTES + 1);
        if (bytes.length > ImageDecoder.MAX_ENCODED_BYTES) {
            throw new ImageFormatException(
                    name + ": expected at most " + ImageDecoder.MAX_ENCODED_BYTES + " bytes, found more");
        }
        return bytes;
    }

    static byte[] read(Path file) throws IOException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new ImageFormatException(name + ": expected a picture, found a directory");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe may never be written to, and a device need not end.
            throw new ImageFormatException(name + ": expected a picture, found a pipe or device; read it as a stream");
        }
        long size = Files.size(file);
        if (size > ImageDecoder.MAX_ENCODED_BYTES) {
            throw new ImageFormatException(
                    name + ": expected at most " + ImageDecoder.MAX_ENCODED_BYTES + " bytes, found " + size);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, name);
        }
    }
}
