package org.clipjava;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.SafetensorsWriter;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ClassifierFileTest {
    private static final List<String> LABELS = List.of("cat", "chien à poil", "a,b");

    @TempDir
    static Path folder;

    private static Clip clip;

    @BeforeAll
    static void openModel() throws IOException {
        Path model = folder.resolve("tiny.safetensors");
        SyntheticModelFile.of(SyntheticCheckpoint.TINY).write(model);
        clip = Clip.open(model, ClipOptions.defaults().withTowers(Set.of()));
    }

    @AfterAll
    static void closeModel() {
        clip.close();
    }

    @Test
    void keepsScaleBiasAndThresholds() throws IOException {
        LinearClassifier written = fitted().withThresholds(-0.5f, 0, 0.25f);
        Path file = folder.resolve("fitted.safetensors");

        written.save(file, clip);
        LinearClassifier read = LinearClassifier.load(file, clip);

        assertEquals(LABELS, read.labels());
        assertEquals(written.directions(), read.directions());
        assertArrayEquals(written.scale(), read.scale());
        assertArrayEquals(written.bias(), read.bias());
        assertArrayEquals(written.thresholds().orElseThrow(), read.thresholds().orElseThrow());
    }

    @Test
    void isOfFormat1WhereThatHoldsIt() throws IOException {
        Path file = folder.resolve("zero-shot.safetensors");
        zeroShot().save(file, clip);

        try (SafetensorsFile written = SafetensorsFile.open(file)) {
            assertEquals("1", written.metadata().get("clip.classifier_version"));
            assertEquals(Set.of("embeddings", "labels"), written.tensors().keySet());
        }
        assertTrue(LinearClassifier.load(file, clip).thresholds().isEmpty());
        assertEquals(LABELS, ZeroShotClassifier.load(file, clip).labels());
    }

    @Test
    void isOfFormat2OnlyForWhatItAdds() throws IOException {
        Map<String, LinearClassifier> byTensor = Map.of(
                "scale", zeroShot().withTemperature(2),
                "bias",
                        LinearClassifier.of(
                                LABELS, zeroShot().directions(), zeroShot().scale(), new float[] {0, 0, 1}),
                "threshold", zeroShot().withThresholds(0, 0, 0));
        for (var entry : byTensor.entrySet()) {
            Path file = folder.resolve("with-" + entry.getKey() + ".safetensors");
            entry.getValue().save(file, clip);

            try (SafetensorsFile written = SafetensorsFile.open(file)) {
                assertEquals("2", written.metadata().get("clip.classifier_version"), "readers of format 1 refuse it");
                assertEquals(
                        Set.of("embeddings", "labels", entry.getKey()),
                        written.tensors().keySet());
            }
            assertThrows(ModelFormatException.class, () -> ZeroShotClassifier.load(file, clip));
        }
    }

    @Test
    void refusesToWriteForAModelOfAnotherWidth() {
        LinearClassifier narrow =
                LinearClassifier.of(List.of("cat"), List.of(Embedding.of(1, 0)), new float[1], new float[1]);

        assertThrows(IllegalArgumentException.class, () -> narrow.save(folder.resolve("narrow"), clip));
        assertFalse(Files.exists(folder.resolve("narrow")));
    }

    @TestFactory
    Stream<DynamicTest> namesWhatIsWrong() {
        return Stream.of(
                spoiled("found no clip.classifier_version", f -> f.metadata.remove("clip.classifier_version")),
                spoiled(
                        "expected a classifier written by this version, of format 1 or 2, found clip.classifier_version 3",
                        f -> f.metadata.put("clip.classifier_version", "3")),
                spoiled("scale: expected in format 2 alone", f -> f.metadata.put("clip.classifier_version", "1")),
                spoiled("expected a classifier of this model", f -> f.metadata.put("clip.classifier_model", "0")),
                spoiled("found no clip.classifier_model", f -> f.metadata.remove("clip.classifier_model")),
                spoiled("extra: unexpected tensor", f -> f.floats("extra", 1)),
                spoiled("embeddings: missing", f -> f.tensors.remove("embeddings")),
                spoiled("labels: missing", f -> f.tensors.remove("labels")),
                spoiled("embeddings: expected F32 [labels, ", f -> f.floats("embeddings", 1, 0)),
                spoiled(
                        "embeddings: expected rows of length 1, found 0.0 in row 0",
                        f -> f.tensors.computeIfPresent(
                                "embeddings", (name, t) -> new Tensor(t.dtype, t.shape, new byte[t.data.length]))),
                spoiled("labels: expected 3 labels, found 2", f -> f.bytes("labels", "a\0b\0")),
                spoiled("labels: expected U8, each label ended", f -> f.bytes("labels", "a\0b\0c")),
                spoiled("labels: expected U8, each label ended", f -> f.bytes("labels", "")),
                spoiled("labels: label 2 of 3 is blank", f -> f.bytes("labels", "a\0\0c\0")),
                spoiled("labels: the label 'a' is there twice", f -> f.bytes("labels", "a\0b\0a\0")),
                spoiled(
                        "labels: expected UTF-8",
                        f -> f.tensors.put(
                                "labels", new Tensor(DType.U8, List.of(4L), new byte[] {'a', 0, (byte) 0xff, 0}))),
                spoiled("scale: expected F32 [3], found F32 [2]", f -> f.floats("scale", 1, 1)),
                spoiled("bias: expected F32 [3], found U8 [2]", f -> f.bytes("bias", "ab")),
                spoiled(
                        "scale: expected finite numbers of at least 0, found -1.0 in row 1",
                        f -> f.floats("scale", 1, -1, 1)),
                spoiled("bias: expected finite numbers, found NaN in row 2", f -> f.floats("bias", 1, 1, Float.NaN)),
                spoiled(
                        "threshold: expected cosines, -1 to 1, found 2.0 in row 0",
                        f -> f.floats("threshold", 2, 0, 0)));
    }

    @Test
    void nothingButItsExceptionLeavesTheReaderOfASpoiltFile() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        fitted().withThresholds(0, 0, 0).save(whole, clip);
        byte[] bytes = Files.readAllBytes(whole);
        Path file = folder.resolve("mutated.safetensors");
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] mutated =
                    random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
            for (int change = 0; change <= random.nextInt(4) && mutated.length > 0; change++) {
                // the header, where most can go wrong, as often as the data
                int end = random.nextBoolean() ? mutated.length : Math.min(mutated.length, 600);
                mutated[random.nextInt(end)] = (byte) random.nextInt(256);
            }
            Files.write(file, mutated);
            try {
                LinearClassifier.load(file, clip).classify(Embedding.of(unit(0)));
            } catch (ModelFormatException e) {
                refused++;
                assertTrue(e.getMessage().lines().count() == 1, "seed " + seed);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertTrue(refused > 333, "refused " + refused + ", seed " + seed);
    }

    private static LinearClassifier zeroShot() {
        float[] scale = new float[LABELS.size()];
        Arrays.fill(scale, clip.logitScale());
        return LinearClassifier.of(LABELS, directions(), scale, new float[LABELS.size()]);
    }

    private static LinearClassifier fitted() {
        return LinearClassifier.of(LABELS, directions(), new float[] {1, 0, 33.3f}, new float[] {-1, 0, 0.1f});
    }

    private static List<Embedding> directions() {
        List<Embedding> directions = new ArrayList<>();
        for (int i = 0; i < LABELS.size(); i++) {
            directions.add(Embedding.of(unit(i)));
        }
        return directions;
    }

    private static float[] unit(int axis) {
        float[] unit = new float[clip.config().embedDim()];
        unit[axis] = 0.6f;
        unit[axis + 1] = 0.8f;
        return unit;
    }

    private static DynamicTest spoiled(String expected, Consumer<Parts> change) {
        return DynamicTest.dynamicTest(expected, () -> {
            Path file = Files.createTempFile(folder, "spoilt", ".safetensors");
            Parts parts = new Parts();
            change.accept(parts);
            parts.write(file);

            String message = assertThrows(ModelFormatException.class, () -> LinearClassifier.load(file, clip))
                    .getMessage();

            assertTrue(message.startsWith(file + ": "), message);
            assertTrue(message.contains(expected), message);
        });
    }

    private record Tensor(DType dtype, List<Long> shape, byte[] data) {}

    /** A good file of format 2, to be spoilt. */
    private static final class Parts {
        final Map<String, String> metadata = new LinkedHashMap<>();
        final Map<String, Tensor> tensors = new LinkedHashMap<>();

        Parts() {
            metadata.put("clip.classifier_version", "2");
            metadata.put("clip.classifier_model", clip.fingerprint());
            int width = clip.config().embedDim();
            ByteBuffer rows = ByteBuffer.allocate(3 * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 3; i++) {
                rows.asFloatBuffer().put(unit(i));
                rows.position(rows.position() + width * Float.BYTES);
            }
            tensors.put("embeddings", new Tensor(DType.F32, List.of(3L, (long) width), rows.array()));
            bytes("labels", "a\0b\0c\0");
            floats("scale", 1, 2, 3);
            floats("bias", 0, 1, 0);
            floats("threshold", 0, 0, 0.5f);
        }

        void floats(String name, float... values) {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            tensors.put(name, new Tensor(DType.F32, List.of((long) values.length), bytes.array()));
        }

        void bytes(String name, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            tensors.put(name, new Tensor(DType.U8, List.of((long) bytes.length), bytes));
        }

        void write(Path target) throws IOException {
            SafetensorsWriter writer = SafetensorsWriter.packed();
            metadata.forEach(writer::metadata);
            tensors.forEach((name, t) -> writer.tensor(name, t.dtype, t.shape, MemorySegment.ofArray(t.data)));
            writer.write(target);
        }
    }
}
