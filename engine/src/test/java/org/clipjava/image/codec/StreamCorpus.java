package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.clipjava.io.Sha256;
import org.clipjava.testdata.Refusal;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;

/**
 * Files that a program compressed, and in {@code contents.tsv} what was in each; and a decoder that is held to them.
 *
 * @param name of the folder in the test data
 */
public record StreamCorpus(String name, Decoder decoder) {
    private static final int MOST = 300_000;
    private static final int PIECE = 999;

    /** Opens what was compressed. */
    public interface Decoder {
        Source open(byte[] compressed, long most);
    }

    /** Gives some bytes, fewer than asked for where the data end. */
    public interface Source {
        int read(byte[] out, int from, int n) throws CodecException;
    }

    /** The committed files. */
    public Path folder() {
        return TestData.committed().path(name);
    }

    public byte[] committed(String file) {
        return TestData.committed().bytes(name + "/" + file);
    }

    private static List<String> contents(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("contents.tsv"));
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.digest().digest(bytes));
    }

    /** What is there, and no more than the most. */
    public byte[] read(byte[] compressed, int most) throws CodecException {
        byte[] out = new byte[most];
        return Arrays.copyOf(out, decoder.open(compressed, most).read(out, 0, most));
    }

    /** Decompresses every file of a folder, whole and by pieces. */
    public void check(Path folder) throws IOException {
        for (String line : contents(folder)) {
            check(folder, line);
        }
    }

    private void check(Path folder, String line) throws IOException {
        String[] fields = line.split("\t", 3);
        byte[] compressed = Files.readAllBytes(folder.resolve(fields[0]));
        int size = Integer.parseInt(fields[1]);
        assertEquals(fields[2], sha256(read(compressed, size + 1)), fields[0]);
        byte[] pieces = new byte[size];
        Source source = decoder.open(compressed, size);
        int done = 0;
        for (int i = 1; done < size; i = i * 7 % 4093) {
            int some = Math.min(i, size - done);
            assertEquals(some, source.read(pieces, done, some), fields[0]);
            done += some;
        }
        assertEquals(fields[2], sha256(pieces), fields[0]);
    }

    /** One for each committed file. */
    public Stream<DynamicTest> tests() throws IOException {
        return contents(folder()).stream().map(line -> DynamicTest.dynamicTest(line, () -> check(folder(), line)));
    }

    /** Holds the README of the test data to the files. */
    public void checkReadme() throws IOException {
        String readme = TestData.committed().text("README.md");
        for (String line : contents(folder())) {
            String file = line.split("\t", 2)[0];
            assertTrue(readme.contains("| `" + file + "` | `" + sha256(committed(file)) + "` |"), file);
        }
    }

    /** Holds an error to what it says, in one line. */
    public void refuses(byte[] compressed, int most, String why) {
        String message = String.valueOf(
                assertThrows(CodecException.class, () -> read(compressed, most)).getMessage());
        assertTrue(message.contains(why), message);
        assertEquals(1, message.lines().count(), message);
    }

    /** Whatever is cut off, what is there is right; whatever is changed, it is an error or bytes. Returns how many changes are errors. */
    public int damage(String file, int most) throws CodecException {
        byte[] compressed = committed(file);
        byte[] whole = read(compressed, most);
        for (int length = 0; length < compressed.length; length++) {
            byte[] some = read(Arrays.copyOf(compressed, length), most);
            assertArrayEquals(Arrays.copyOf(whole, some.length), some);
        }
        int refused = 0;
        for (int i = 0; i < compressed.length; i++) {
            byte[] changed = compressed.clone();
            changed[i] ^= (byte) (1 << i % 8);
            try {
                assertTrue(read(changed, most).length <= most);
            } catch (CodecException e) {
                refused++;
            }
        }
        return refused;
    }

    /** Whatever the bytes: as many as there are, or an error of one line. */
    public static void fuzz(Source source) {
        try {
            byte[] out = new byte[PIECE];
            int n = PIECE;
            for (int i = 0; i < MOST / PIECE && n == PIECE; i++) {
                n = source.read(out, 0, PIECE);
                assertTrue(n >= 0 && n <= PIECE);
            }
        } catch (CodecException e) {
            Refusal.check(e, "");
        }
    }

    public void fuzz(byte[] compressed) {
        fuzz(decoder.open(compressed, MOST));
    }

    /** The committed files, to begin with. */
    public Stream<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file : files.sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        return seeds.stream();
    }
}
