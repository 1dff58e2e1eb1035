package org.clipjava.image.codec.jpeg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.ImageSize;

/** What becomes of a JPEG, in the words of {@code pillow.tsv}: its size and the SHA-256 of its RGB bytes, or an error. */
final class Verdicts {
    static final String ERROR = "error";

    private Verdicts() {}

    /** A file of a corpus, and what Pillow makes of it. */
    record Recorded(String name, String verdict, Path file) {
        byte[] bytes() {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean damaged() {
            return name.contains("~");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Recorded> recorded(Path folder) {
        try {
            return Files.readAllLines(folder.resolve("pillow.tsv")).stream()
                    .map(line -> line.split("\t", -1))
                    .map(fields -> new Recorded(fields[0], fields[1], folder.resolve(fields[0] + ".jpg")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String of(byte[] file) {
        return of(file, Reduction.NONE);
    }

    static String of(byte[] file, Reduction reduction) {
        try {
            JpegDecoder decoder = JpegDecoder.open(file, ImageSize.MAX_PIXELS);
            JpegHeader header = decoder.header();
            String size = reduction.of(header.width()) + "x" + reduction.of(header.height());
            return size + " " + sha256(rgb(decoder, reduction));
        } catch (CodecException e) {
            return ERROR;
        }
    }

    /** All rows, [height, width, 3]; checks that each comes once, from the top. */
    static byte[] rgb(JpegDecoder decoder) throws CodecException {
        return rgb(decoder, Reduction.NONE);
    }

    static byte[] rgb(JpegDecoder decoder, Reduction reduction) throws CodecException {
        int height = reduction.of(decoder.header().height());
        int stride = 3 * reduction.of(decoder.header().width());
        byte[] all = new byte[stride * height];
        int[] next = {0};
        decoder.decode(reduction, (y, count, rgb) -> {
            if (y != next[0] || count < 1) {
                throw new AssertionError("expected row " + next[0] + ", found " + y + " and " + count + " rows");
            }
            System.arraycopy(rgb, 0, all, y * stride, count * stride);
            next[0] += count;
        });
        if (next[0] != height) {
            throw new AssertionError("expected " + height + " rows, found " + next[0]);
        }
        return all;
    }

    static byte[] rgb(byte[] file) throws CodecException {
        return rgb(JpegDecoder.open(file, ImageSize.MAX_PIXELS));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
