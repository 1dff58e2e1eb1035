package org.clipjava.image.codec.webp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;
import org.clipjava.testdata.TestData;

/** Files that {@code src-test-data/tools/webp_corpus.py} made, and what Pillow makes of them, whole and damaged. */
record WebpCorpus(Path folder) {
    /** Where the larger corpus is, if there is one. */
    private static final Optional<String> LARGER = Optional.ofNullable(System.getProperty("clip.webp.corpus"));

    private static final int FRAME = 24;

    static WebpCorpus committed() {
        return new WebpCorpus(TestData.committed().path("webp"));
    }

    /** The committed one, and the larger one where there is one. */
    static List<WebpCorpus> all() {
        List<WebpCorpus> all = new ArrayList<>(List.of(committed()));
        LARGER.ifPresent(folder -> all.add(new WebpCorpus(Path.of(folder))));
        return all;
    }

    /** A file, what is done to it, and "error", or "ok" with size, mode and the sum of the RGBA bytes. */
    record Case(String file, String damage, String verdict) {
        boolean isPicture() {
            return verdict.startsWith("ok");
        }
    }

    List<Case> whole() {
        return lines("manifest.tsv").stream()
                .map(line -> line.split("\t", 2))
                .map(fields -> new Case(fields[0], "", fields[1]))
                .toList();
    }

    List<Case> damaged() {
        return lines("damage.tsv").stream()
                .map(line -> line.split("\t", 3))
                .map(fields -> new Case(fields[0], fields[1], fields[2]))
                .toList();
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes(String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes(Case of) {
        byte[] whole = bytes(of.file());
        if (of.damage().isEmpty()) {
            return whole;
        }
        String[] fields = of.damage().split(" ", 2);
        return switch (fields[0]) {
            case "cut" -> Arrays.copyOf(whole, Integer.parseInt(fields[1]));
            case "mend" -> mended(whole, Integer.parseInt(fields[1]));
            case "flip" -> flipped(whole, fields[1]);
            default -> throw new IllegalArgumentException(of.damage());
        };
    }

    private static byte[] flipped(byte[] whole, String flips) {
        byte[] flipped = whole.clone();
        for (String flip : flips.split(",", -1)) {
            String[] place = flip.split(":", 2);
            flipped[Integer.parseInt(place[0])] ^= (byte) (1 << Integer.parseInt(place[1]));
        }
        return flipped;
    }

    /** The first bytes, in which RIFF, the last chunk and the frame that it may be in say that they end there. */
    static byte[] mended(byte[] whole, int n) {
        byte[] mended = Arrays.copyOf(Arrays.copyOf(whole, n), n + (n & 1));
        putInt(mended, 4, mended.length - 8);
        long at = 12;
        while (at + 8 <= mended.length) {
            int chunk = (int) at;
            long size = LittleEndian.unsigned32(mended, chunk + 4);
            boolean frame = new String(mended, chunk, 4, StandardCharsets.ISO_8859_1).equals("ANMF");
            if (frame && at + FRAME <= mended.length) {
                if (at + 8 + size > mended.length) {
                    putInt(mended, chunk + 4, mended.length - chunk - 8);
                }
                at += FRAME;
                continue;
            }
            if (at + 8 + size > n) {
                putInt(mended, chunk + 4, Math.max(0, n - chunk - 8));
            }
            at += 8 + size + (size & 1);
        }
        return mended;
    }

    static void putInt(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >> (8 * i));
        }
    }

    /** What we make of a file, in Pillow's words. */
    static String verdict(byte[] file) {
        try {
            WebpPicture picture = WebpPicture.read(file);
            byte[] rgba = picture.rgba();
            return String.join(
                    "\t",
                    "ok",
                    Integer.toString(picture.width()),
                    Integer.toString(picture.height()),
                    picture.hasAlpha() ? "RGBA" : "RGB",
                    sha256(rgba));
        } catch (CodecException e) {
            return "error";
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
