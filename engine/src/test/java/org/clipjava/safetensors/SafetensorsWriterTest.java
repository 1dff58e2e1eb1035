package org.clipjava.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    private static final List<DType> TYPES = List.of(DType.values());

    @TempDir
    Path folder;

    @Test
    void writesTheBytesOfTheSpecification() throws IOException {
        byte[] file = bytes(SafetensorsWriter.packed()
                .metadata("format", "pt")
                .tensor("a", DType.U8, List.of(3L), segment(1, 2, 3)));
        String header =
                "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}    ";
        assertEquals(0, header.length() % 8);
        assertArrayEquals(new byte[] {(byte) header.length(), 0, 0, 0, 0, 0, 0, 0}, Arrays.copyOf(file, 8));
        assertEquals(header, new String(file, 8, header.length(), StandardCharsets.UTF_8));
        assertEquals(8 + header.length() + 3, file.length);
    }

    @Test
    void alignsEveryTensor() throws IOException {
        SafetensorsFile file = read(bytes(SafetensorsWriter.aligned(64)
                .tensor("a", DType.U8, List.of(3L), segment(1, 2, 3))
                .tensor("b", DType.F32, List.of(16L), MemorySegment.ofArray(new float[16]))
                .tensor("c", DType.U8, List.of(1L), segment(4))
                .tensor("d", DType.U8, List.of(65L), MemorySegment.ofArray(new byte[65]))));
        assertEquals(0, file.dataOffset() % 64);
        for (TensorInfo tensor : file.tensors().values()) {
            if (!tensor.name().startsWith("padding.")) {
                assertEquals(0, tensor.begin() % 64, tensor.name());
            }
        }
        assertEquals(
                List.of("a", "padding.0", "b", "c", "padding.1", "d"),
                List.copyOf(file.tensors().keySet()));
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        for (int round = 0; round < 200; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            SafetensorsWriter writer = random.nextBoolean()
                    ? SafetensorsWriter.packed()
                    : SafetensorsWriter.aligned(8 << random.nextInt(6));
            Map<String, String> metadata = new LinkedHashMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                metadata.put(randomText(random), randomText(random));
            }
            metadata.forEach(writer::metadata);
            Map<String, byte[]> tensors = new LinkedHashMap<>();
            Map<String, List<Long>> shapes = new LinkedHashMap<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                String name = randomText(random);
                DType dtype = TYPES.get(random.nextInt(TYPES.size()));
                List<Long> shape = Stream.generate(() -> (long) random.nextInt(7))
                        .limit(random.nextInt(4))
                        .toList();
                // types that share bytes need eight elements to end on one
                List<Long> whole = dtype.bits() % 8 == 0
                        ? shape
                        : Stream.concat(Stream.of(8L), shape.stream()).toList();
                byte[] data = new byte[(int) dtype.bytes(whole)];
                random.nextBytes(data);
                if (tensors.putIfAbsent(name, data) == null) {
                    shapes.put(name, whole);
                    writer.tensor(name, dtype, whole, MemorySegment.ofArray(data));
                }
            }
            byte[] bytes = bytes(writer);
            assertArrayEquals(bytes, bytes(writer), "the same bytes when written again, seed " + seed);
            SafetensorsFile file = read(bytes);
            assertEquals(metadata, file.metadata(), "seed " + seed);
            List<String> names = file.tensors().keySet().stream()
                    .filter(name -> !name.startsWith("padding."))
                    .toList();
            assertEquals(tensors.keySet(), Set.copyOf(names), "seed " + seed);
            for (String name : names) {
                TensorInfo tensor = file.tensor(name).orElseThrow();
                assertEquals(shapes.get(name), tensor.shape(), "seed " + seed);
                assertArrayEquals(tensors.get(name), file.data(tensor).toArray(ValueLayout.JAVA_BYTE), "seed " + seed);
            }
        }
    }

    @Test
    void leavesOnlyDocumentedExceptionsForMutatedFiles() throws IOException {
        byte[] valid = bytes(SafetensorsWriter.aligned(16)
                .metadata("format", "pt")
                .metadata("é\n\"", "\\\u0001😀")
                .tensor("vision.a", DType.F32, List.of(2L, 3L), MemorySegment.ofArray(new float[6]))
                .tensor("s", DType.BF16, List.of(), segment(1, 2))
                .tensor("b", DType.I64, List.of(0L, 4L), segment())
                .tensor("c", DType.U8, List.of(5L), segment(1, 2, 3, 4, 5)));
        int headerEnd = (int) read(valid).dataOffset();
        byte[] alphabet = "{}[]\",:\\u0123456789eE.- \n\tF".getBytes(StandardCharsets.US_ASCII);
        int accepted = 0;
        for (int round = 0; round < 40_000; round++) {
            long seed = 0x5AFE_7E50L + round;
            Random random = new Random(seed);
            byte[] file = mutated(valid, headerEnd, alphabet, random);
            try {
                SafetensorsFile parsed = read(file);
                accepted++;
                for (TensorInfo tensor : parsed.tensors().values()) {
                    assertEquals(tensor.bytes(), parsed.data(tensor).byteSize(), "seed " + seed);
                }
            } catch (ModelFormatException e) {
                assertTrue(e.getMessage().startsWith("test: "), () -> "seed " + seed + ": " + e.getMessage());
                assertEquals(1, e.getMessage().lines().count(), () -> "seed " + seed + ": " + e.getMessage());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        // Otherwise the mutations would be too coarse to reach anything but the first check.
        assertTrue(accepted > 400 && accepted < 30_000, "accepted " + accepted);
    }

    private static byte[] mutated(byte[] valid, int headerEnd, byte[] alphabet, RandomGenerator random) {
        byte[] file = valid.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(random.nextInt(8) == 0 ? file.length : Math.min(headerEnd, file.length));
            int other = random.nextInt(file.length);
            switch (random.nextInt(5)) {
                case 0 -> file[at] = (byte) random.nextInt(256);
                case 1 -> file[at] = alphabet[random.nextInt(alphabet.length)];
                case 2 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 3 -> file[at] = file[other];
                default -> {
                    int length = Math.min(random.nextInt(24), file.length - Math.max(at, other));
                    System.arraycopy(file, other, file, at, length);
                }
            }
        }
        return random.nextInt(20) == 0 ? Arrays.copyOf(file, random.nextInt(file.length + 8)) : file;
    }

    @Test
    void streamsATensorInPieces() throws IOException {
        byte[] file = bytes(SafetensorsWriter.packed().tensor("a", DType.U8, List.of(5L), channel -> {
            assertEquals(2, channel.write(ByteBuffer.wrap(new byte[] {1, 2})));
            assertEquals(3, channel.write(ByteBuffer.wrap(new byte[] {3, 4, 5})));
        }));
        SafetensorsFile read = read(file);
        assertArrayEquals(
                new byte[] {1, 2, 3, 4, 5},
                read.data(read.tensor("a").orElseThrow()).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void refusesTooFewBytes() {
        Exception e = assertThrows(
                IllegalStateException.class,
                () -> bytes(SafetensorsWriter.packed().tensor("a", DType.U8, List.of(5L), channel -> {})));
        assertEquals("a: expected 5 bytes of data, was given 0", e.getMessage());
    }

    @Test
    void refusesTooManyBytes() {
        Exception e = assertThrows(
                IllegalStateException.class,
                () -> bytes(SafetensorsWriter.packed()
                        .tensor("a", DType.U8, List.of(5L), channel -> channel.write(ByteBuffer.allocate(6)))));
        assertEquals("a: expected 5 bytes of data, was given more", e.getMessage());
    }

    @Test
    void refusesDataOfAnotherSize() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.packed().tensor("a", DType.F32, List.of(2L), segment(1, 2)));
    }

    @Test
    void refusesARepeatedName() {
        SafetensorsWriter writer = SafetensorsWriter.packed().tensor("a", DType.U8, List.of(0L), segment());
        assertThrows(IllegalArgumentException.class, () -> writer.tensor("a", DType.U8, List.of(0L), segment()));
    }

    @Test
    void refusesARepeatedMetadataKey() {
        SafetensorsWriter writer = SafetensorsWriter.packed().metadata("k", "1");
        assertThrows(IllegalArgumentException.class, () -> writer.metadata("k", "2"));
    }

    @Test
    void refusesReservedNames() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.packed().tensor("__metadata__", DType.U8, List.of(0L), segment()));
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.aligned(64).tensor("padding.0", DType.U8, List.of(0L), segment()));
    }

    @Test
    void refusesHalfOfASurrogatePair() {
        SafetensorsWriter writer = SafetensorsWriter.packed().tensor("\ud83d", DType.U8, List.of(0L), segment());
        assertThrows(IllegalStateException.class, () -> bytes(writer));
    }

    @Test
    void replacesAFileAsAWhole() throws IOException {
        Path target = folder.resolve("model.safetensors");
        Files.writeString(target, "old");
        SafetensorsWriter writer = SafetensorsWriter.packed().tensor("a", DType.U8, List.of(3L), segment(1, 2, 3));
        writer.write(target);
        assertArrayEquals(bytes(writer), Files.readAllBytes(target));
        assertEquals(List.of(target), files());
    }

    @Test
    void leavesTheOldFileAndNoOtherWhenWritingFails() throws IOException {
        Path target = folder.resolve("model.safetensors");
        Files.writeString(target, "old");
        SafetensorsWriter writer = SafetensorsWriter.packed().tensor("a", DType.U8, List.of(3L), channel -> {
            channel.write(ByteBuffer.allocate(1));
            throw new IOException("source gone");
        });
        assertThrows(IOException.class, () -> writer.write(target));
        assertEquals("old", Files.readString(target));
        assertEquals(List.of(target), files());
    }

    @Test
    void refusesAFolderAsTarget() {
        assertThrows(
                FileAlreadyExistsException.class,
                () -> SafetensorsWriter.packed().write(folder));
    }

    @Test
    void refusesADeviceAsTarget() throws IOException, InterruptedException {
        // A pipe of the test's own: what would go wrong here destroys it, and must not destroy the machine's /dev/null.
        Path pipe = folder.resolve("pipe");
        try {
            assertEquals(
                    0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        } catch (IOException e) {
            assumeTrue(false, "no mkfifo: " + e.getMessage());
        }
        FileAlreadyExistsException e = assertThrows(
                FileAlreadyExistsException.class,
                () -> SafetensorsWriter.packed().write(pipe));
        assertEquals("expected a file's name, found a device or pipe", e.getReason());
        assertFalse(Files.isRegularFile(pipe));
        assertEquals(List.of(pipe), files());
    }

    @Test
    void replacesTheFileBehindALinkAndKeepsTheLink() throws IOException {
        Path target = Files.writeString(folder.resolve("model.safetensors"), "old");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), Path.of("../model.safetensors"));
        SafetensorsWriter writer = SafetensorsWriter.packed().tensor("a", DType.U8, List.of(3L), segment(1, 2, 3));
        writer.write(link);
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(bytes(writer), Files.readAllBytes(target));
    }

    @Test
    void namesTheFolderThatIsMissing() {
        Path target = folder.resolve("missing").resolve("model.safetensors");
        Exception e = assertThrows(
                NoSuchFileException.class, () -> SafetensorsWriter.packed().write(target));
        assertEquals(target + ": no folder " + target.getParent(), e.getMessage());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Short strings of what JSON has trouble with. */
    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> text.append((char) random.nextInt(0x20));
                case 1 -> text.append("\"\\/{}[]:,\u007f\u2028".charAt(random.nextInt(11)));
                case 2 -> text.appendCodePoint(0xA0 + random.nextInt(0xD800 - 0xA0));
                case 3 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }

    private static MemorySegment segment(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return MemorySegment.ofArray(bytes);
    }

    private static byte[] bytes(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(Channels.newChannel(out));
        return out.toByteArray();
    }

    private static SafetensorsFile read(byte[] file) throws ModelFormatException {
        return SafetensorsFile.of(MemorySegment.ofArray(file), "test");
    }
}
