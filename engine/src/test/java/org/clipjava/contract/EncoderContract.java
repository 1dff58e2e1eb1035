package org.clipjava.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.clipjava.SyntheticModelFile;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TestData;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every backend's encoders owe their callers, on the model {@code tiny}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EncoderContract {
    private static final SyntheticCheckpoint TINY = SyntheticCheckpoint.TINY;
    private static final int SIDE = TINY.vision().imageSize();
    private static final int START = 49406;
    private static final int END = 49407;

    private Path folder;

    private Encoders encoders;

    /** The backend under test, on a device that is there. */
    protected abstract EncoderBackend backend();

    /** How far a component may be from the reference, relative to the embedding's largest, which is about 1. */
    protected abstract double tolerance();

    /** How far a component may move, absolutely, with what is encoded beside it. */
    protected abstract double batchTolerance();

    @BeforeAll
    void openTiny(@TempDir Path temporary) throws IOException {
        folder = temporary;
        encoders = open(SyntheticModelFile.of(TINY));
    }

    @AfterAll
    void close() {
        if (encoders != null) { // a backend that is not there has had the tests skipped
            encoders.close();
        }
    }

    /** Encoders of a model, from a file that is closed and gone when they are used. */
    protected Encoders open(SyntheticModelFile model) throws IOException {
        Path file = folder.resolve("model.safetensors");
        model.write(file);
        try (ModelFile stored = ModelFile.open(file)) {
            return backend().open(stored.weights(true, true, false));
        }
    }

    @Test
    void saysWhatItRunsOn() {
        Availability availability = backend().availability();
        assertTrue(assertInstanceOf(Availability.Ready.class, availability).devices().stream()
                .noneMatch(String::isBlank));
        assertTrue(backend().name().matches("[a-z]+"), backend().name());
        assertEquals(1, encoders.description().lines().count(), encoders.description());
    }

    @Test
    void equalsTheReference() throws IOException {
        assertEqualsTheReference("tiny", TINY, encoders);
    }

    /** Both towers against the goldens of a model. */
    protected void assertEqualsTheReference(String model, SyntheticCheckpoint checkpoint, Encoders found)
            throws IOException {
        try (SafetensorsFile golden =
                SafetensorsFile.open(TestData.committed().path("golden/" + model + ".safetensors"))) {
            float[][] images = found.image().orElseThrow().encode(goldenPictures(checkpoint));
            assertClose(model + " image_embeds", floats(golden, "image_embeds"), images);
            float[][] texts = found.text().orElseThrow().encode(goldenTexts(golden, checkpoint));
            assertClose(model + " text_embeds", floats(golden, "text_embeds"), texts);
        }
    }

    @Test
    void aPicturesResultDoesNotDependOnThoseBesideIt() {
        ImageEncoder encoder = encoders.image().orElseThrow();
        List<PixelTensor> pictures = pictures(13);
        float[][] together = encoder.encode(pictures);
        for (int i = 0; i < together.length; i++) {
            assertArrayEquals(together[i], encoder.encode(List.of(pictures.get(i)))[0], (float) batchTolerance());
        }
        assertArrayEquals(together[12], encoder.encode(pictures.subList(10, 13))[2], (float) batchTolerance());
    }

    @Test
    void aTextsResultDoesNotDependOnThoseBesideIt() {
        TextEncoder encoder = encoders.text().orElseThrow();
        List<TokenSequence> texts = new ArrayList<>();
        for (int length : new int[] {2, 3, 8, 9, 77, 5, 7, 76}) {
            texts.add(text(length));
        }
        float[][] together = encoder.encode(texts);
        for (int i = 0; i < together.length; i++) {
            assertArrayEquals(together[i], encoder.encode(List.of(texts.get(i)))[0], (float) batchTolerance());
        }
    }

    @Test
    void whatFollowsTheEndTokenHasNoEffect() {
        TextEncoder encoder = encoders.text().orElseThrow();
        int[] ids = text(9).ids();
        int[] padded = Arrays.copyOf(ids, 77);
        Arrays.fill(padded, 9, 77, 321);
        assertArrayEquals(
                encoder.encode(List.of(TokenSequence.of(ids, false)))[0],
                encoder.encode(List.of(TokenSequence.of(padded, false)))[0],
                (float) batchTolerance());
    }

    @Test
    void takesBatchesOfAnySize() {
        for (int size : new int[] {0, 1, 7, 33}) {
            float[][] images = encoders.image().orElseThrow().encode(pictures(size));
            assertEquals(size, images.length);
            float[][] texts = encoders.text().orElseThrow().encode(Collections.nCopies(size, text(4)));
            assertEquals(size, texts.length);
            for (int i = 0; i < size; i++) {
                assertEquals(TINY.projection(), images[i].length);
                assertArrayEquals(texts[0], texts[i], (float) batchTolerance());
            }
        }
    }

    @Test
    void isSharedByManyThreads() throws Exception {
        List<PixelTensor> pictures = pictures(4);
        List<TokenSequence> texts = List.of(text(5), text(20));
        float[][] images = encoders.image().orElseThrow().encode(pictures);
        float[][] sentences = encoders.text().orElseThrow().encode(texts);
        CountDownLatch together = new CountDownLatch(4);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> calls = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                        together.countDown();
                        together.await();
                        for (int i = 0; i < 5; i++) {
                            float[][] found = (thread + i) % 2 == 0
                                    ? encoders.image().orElseThrow().encode(pictures)
                                    : encoders.text().orElseThrow().encode(texts);
                            assertArrayEquals((thread + i) % 2 == 0 ? images : sentences, found);
                        }
                        return thread;
                    }))
                    .toList();
            for (Future<?> call : calls) {
                assertDoesNotThrow(() -> call.get());
            }
        }
    }

    @Test
    void refusesAPictureOfAnotherSize() {
        PixelTensor picture = PixelTensor.of(SIDE, SIDE + 1, new float[3 * SIDE * (SIDE + 1)]);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> encoders.image().orElseThrow().encode(List.of(pictures(1).getFirst(), picture)));
        assertEquals("expected pixels of 64 x 64, found 64 x 65", e.getMessage());
    }

    @Test
    void refusesATextThatIsTooLong() {
        assertEquals("expected at most 77 tokens, found 78", refusal(text(78)));
    }

    @Test
    void refusesATokenOutsideTheVocabulary() {
        assertEquals(
                "expected token ids below 49408, found 49408",
                refusal(TokenSequence.of(new int[] {START, 49408, END}, false)));
    }

    @Test
    void refusesATextWithoutAnEnd() {
        assertEquals(
                "expected an end token, 49407, to pool the text at",
                refusal(TokenSequence.of(new int[] {START, 1, 2}, false)));
    }

    private String refusal(TokenSequence text) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> encoders.text().orElseThrow().encode(List.of(text(3), text)))
                .getMessage();
    }

    @Test
    void loadsOnlyTheTowersThatAreWanted() throws IOException {
        Path file = folder.resolve("half.safetensors");
        SyntheticModelFile.of(TINY).write(file);
        try (ModelFile stored = ModelFile.open(file);
                Encoders imageAlone = backend().open(stored.weights(true, false, false));
                Encoders textAlone = backend().open(stored.weights(false, true, false))) {
            assertTrue(imageAlone.text().isEmpty() && textAlone.image().isEmpty());
            assertArrayEquals(
                    encoders.image().orElseThrow().encode(pictures(2)),
                    imageAlone.image().orElseThrow().encode(pictures(2)));
            assertArrayEquals(
                    encoders.text().orElseThrow().encode(List.of(text(6))),
                    textAlone.text().orElseThrow().encode(List.of(text(6))));
        }
    }

    @Test
    void refusesWorkOnceClosed() throws IOException {
        Encoders closed = open(SyntheticModelFile.of(TINY));
        closed.image().orElseThrow().encode(pictures(1));
        closed.close();
        closed.close();
        assertThrows(
                IllegalStateException.class, () -> closed.image().orElseThrow().encode(pictures(1)));
        assertThrows(
                IllegalStateException.class, () -> closed.text().orElseThrow().encode(List.of(text(3))));
    }

    /** Different ones. */
    private static List<PixelTensor> pictures(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PixelTensor.of(SIDE, SIDE, SyntheticCheckpoint.uniform("picture " + i, 3 * SIDE * SIDE)))
                .toList();
    }

    /** Of so many tokens. */
    private static TokenSequence text(int length) {
        int[] ids =
                IntStream.range(0, length).map(i -> (i * 7919 + length) % START).toArray();
        ids[0] = START;
        ids[length - 1] = END;
        return TokenSequence.of(ids, false);
    }

    private static List<PixelTensor> goldenPictures(SyntheticCheckpoint checkpoint) {
        int side = checkpoint.vision().imageSize();
        int size = 3 * side * side;
        float[] values = SyntheticCheckpoint.uniform("golden.pixel_values", 2 * size);
        for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
        }
        return List.of(
                PixelTensor.of(side, side, Arrays.copyOfRange(values, 0, size)),
                PixelTensor.of(side, side, Arrays.copyOfRange(values, size, 2 * size)));
    }

    private static List<TokenSequence> goldenTexts(SafetensorsFile golden, SyntheticCheckpoint checkpoint) {
        int context = checkpoint.text().contextLength();
        int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
        return IntStream.range(0, ids.length / context)
                .mapToObj(i -> TokenSequence.of(Arrays.copyOfRange(ids, i * context, (i + 1) * context), false))
                .toList();
    }

    private static float[] floats(SafetensorsFile file, String name) {
        return file.data(file.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    private void assertClose(String what, float[] expected, float[][] found) {
        int width = expected.length / found.length;
        for (int row = 0; row < found.length; row++) {
            assertEquals(width, found[row].length, what);
            double largest = 0;
            double worst = 0;
            for (int i = 0; i < width; i++) {
                double difference = Math.abs((double) expected[row * width + i] - found[row][i]);
                largest = Math.max(largest, Math.abs(expected[row * width + i]));
                worst = difference <= worst ? worst : difference;
            }
            assertTrue(
                    worst <= tolerance() * largest,
                    "%s, row %d: largest difference %.3g, largest component %.3g".formatted(what, row, worst, largest));
        }
    }
}
