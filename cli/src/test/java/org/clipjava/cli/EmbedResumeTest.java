package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code embed image --resume}, and the names beside an array. */
class EmbedResumeTest {
    private static final List<String> PICTOGRAMS = List.of("snail", "bird", "automobile", "bouquet", "bathtub");

    /** Magic, E and the model's hash. */
    private static final int HEAD = Long.BYTES + Integer.BYTES + 32;

    @TempDir
    Path folder;

    private final List<String> pictures = new ArrayList<>();

    @BeforeEach
    void copiesPictures() throws IOException {
        for (String name : PICTOGRAMS) {
            Path picture = folder.resolve(name + ".png");
            Files.copy(TestData.committed().path("pictograms/" + name + ".png"), picture);
            pictures.add(picture.toString());
        }
    }

    @Test
    void encodesOnlyWhatIsNotInTheCache() throws IOException {
        String all = embed(0, pictures).out();
        long before = size();
        assertEquals(0, before);

        assertEquals(all, resume(0, pictures).out());
        long five = size();
        assertEquals(all, resume(0, pictures).out());
        assertEquals(five, size());

        Files.copy(TestData.committed().path("pictograms/cactus.png"), folder.resolve("new.png"));
        Files.writeString(folder.resolve("broken.png"), "no picture");
        List<String> more = new ArrayList<>(pictures);
        more.add(0, folder.resolve("broken.png").toString());
        more.add(3, folder.resolve("new.png").toString());
        more.add(pictures.getFirst());
        Streams mixed = resume(5, more);
        assertEquals(embed(5, more).out(), mixed.out(), "each in its place");
        assertTrue(mixed.err().contains("broken.png: expected a picture"), mixed.err());
        assertTrue(size() > five && size() < 2 * five, five + " B, then " + size() + " B");
    }

    @Test
    void takesWhatTheCacheSays() throws IOException {
        List<String> all = resume(0, pictures).out().lines().toList();
        ByteBuffer cache = ByteBuffer.wrap(Files.readAllBytes(cache()));
        int record = record(cache);
        int last = HEAD + record - Integer.BYTES - Float.BYTES;
        cache.put(last + Float.BYTES - 1, (byte) 0x40); // another exponent of the first embedding's last component
        CRC32C crc = new CRC32C();
        crc.update(cache.slice(HEAD, record - Integer.BYTES));
        Files.write(
                cache(), cache.putInt(last + Float.BYTES, (int) crc.getValue()).array());

        List<String> again = resume(0, pictures).out().lines().toList();
        assertNotEquals(all.getFirst(), again.getFirst());
        assertEquals(all.subList(1, all.size()), again.subList(1, again.size()));
    }

    @Test
    void encodesAgainWhatIsDamagedInTheCache() throws IOException {
        resume(0, pictures);
        ByteBuffer cache = ByteBuffer.wrap(Files.readAllBytes(cache()));
        int record = record(cache);
        int last = HEAD + record - Integer.BYTES - 1;
        Files.write(cache(), cache.put(last, (byte) (cache.get(last) ^ 1)).array());

        Streams again = resume(0, pictures);
        assertTrue(again.err().contains("--resume: 1 of the embeddings in "), again.err());
        assertEquals(embed(0, pictures).out(), again.out());
        assertEquals(cache.capacity() + record, size(), "the one picture was encoded again");
    }

    private static int record(ByteBuffer cache) {
        int record = (cache.capacity() - HEAD) / PICTOGRAMS.size();
        assertEquals(cache.capacity(), HEAD + record * PICTOGRAMS.size());
        return record;
    }

    @Test
    void keepsWhatWasEncodedBeforeAFailure() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        List<String> args = new ArrayList<>(List.of("--format", "csv", "-o", full.toString()));
        args.addAll(pictures);
        resume(8, args);
        assertTrue(size() > 0, "what was encoded is not lost with the output");
    }

    @Test
    void writesTheNamesOfAnArraysRowsBesideIt() throws IOException {
        Files.writeString(folder.resolve("broken.png"), "no picture");
        List<String> args = new ArrayList<>(pictures);
        args.add(1, folder.resolve("broken.png").toString());
        List<String> names = List.copyOf(args);
        Path file = folder.resolve("e.npy");
        args.addAll(List.of("--format", "npy", "-o", file.toString()));

        embed(5, args);
        byte[] array = Files.readAllBytes(file);
        assertEquals(names, Files.readAllLines(folder.resolve("e.npy.names.txt")));
        resume(5, args);
        resume(5, args);
        assertArrayEquals(array, Files.readAllBytes(file));

        Streams text = new Streams("");
        Path texts = folder.resolve("t.npy");
        String[] command = {"embed", "text", "--format", "npy", "-o", texts.toString(), "a cat", "two\nlines"};
        assertEquals(0, Main.run(command, text.terminal(), Map.of()), text.err());
        assertEquals(List.of("a cat", "two\\u000alines"), Files.readAllLines(folder.resolve("t.npy.names.txt")));

        embed(
                0,
                Stream.concat(pictures.stream(), Stream.of("--format", "csv", "-o", folder.resolve("e.csv") + ""))
                        .toList());
        assertFalse(Files.exists(folder.resolve("e.csv.names.txt")));
    }

    @Test
    void refusesACacheAlone() {
        Streams streams = embed(2, List.of("--cache", "x", pictures.getFirst()));
        assertTrue(streams.err().contains("--cache says where --resume keeps embeddings"), streams.err());
    }

    private Streams resume(int exitCode, List<String> args) {
        List<String> more = new ArrayList<>(args);
        more.addAll(List.of("--resume", "--cache", folder.resolve("cache").toString()));
        return embed(exitCode, more);
    }

    private static Streams embed(int exitCode, List<String> args) {
        List<String> command = new ArrayList<>(List.of("embed", "image"));
        command.addAll(args);
        Streams streams = new Streams("");
        assertEquals(exitCode, Main.run(command.toArray(String[]::new), streams.terminal(), Map.of()), streams.err());
        return streams;
    }

    private Path cache() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private long size() throws IOException {
        return Files.exists(folder.resolve("cache")) ? Files.size(cache()) : 0;
    }
}
