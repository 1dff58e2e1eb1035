package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding and preprocessing at once against one after the other. */
@Timeout(120)
class DecodePixelsTest {
    private static final ImageDecoder DECODER = ImageDecoder.standard();
    private static final ImagePreprocessor PREPROCESSOR = new ImagePreprocessor(PreprocessorConfig.clip(224));

    @TestFactory
    Stream<DynamicTest> givesTheSamePixelsWhoeverHelps() throws IOException {
        return Stream.of("images", "decoding")
                .map(folder -> TestData.committed().path(folder))
                .flatMap(DecodePixelsTest::files)
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    byte[] encoded = Files.readAllBytes(file);
                    Outcome expected = Outcome.of(() -> PREPROCESSOR.preprocess(DECODER.decode(encoded, "a file")));
                    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
                        for (Executor helper : List.<Executor>of(other, Runnable::run, DecodePixelsTest::reject)) {
                            expected.assertEqualTo(
                                    Outcome.of(() -> DECODER.decodePixels(encoded, "a file", PREPROCESSOR, helper)));
                        }
                    }
                }));
    }

    /** The whole picture, a draft, and what a decoder of another kind makes of both. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "images/coffee_q75_420.jpg",
                "images/coffee_exif6.jpg",
                "images/coffee_progressive.jpg",
                "images/coffee.png"
            })
    void showsAListenerThePictureThatPixelsAreMadeOf(String name) throws IOException {
        byte[] encoded = TestData.committed().bytes(name);
        ImagePreprocessor small = new ImagePreprocessor(PreprocessorConfig.clip(64));
        for (ImageDecoder decoder : List.of(DECODER, DECODER.drafting(), new OfAnotherKind())) {
            try (EncodedImage opened = EncodedImage.of(encoded, name)) {
                RgbImage expected = decoder.decodeFor(opened, small);
                Seen seen = new Seen();
                PixelTensor pixels = decoder.decodePixels(opened, CompletableFuture.completedFuture(small), seen);
                assertEquals(expected, RgbImage.of(seen.width, seen.height, seen.rgb.toByteArray()));
                assertArrayEquals(small.preprocess(expected).values(), pixels.values());
            }
        }
    }

    private static final class OfAnotherKind implements ImageDecoder {
        @Override
        public RgbImage decode(byte[] encoded, String name) throws IOException {
            return DECODER.decode(encoded, name);
        }
    }

    private static final class Seen implements RowListener {
        private final ByteArrayOutputStream rgb = new ByteArrayOutputStream();
        private int width;
        private int height;

        @Override
        public void begin(int pictureWidth, int pictureHeight) {
            width = pictureWidth;
            height = pictureHeight;
        }

        @Override
        public void rows(byte[] rows, int at, int count) {
            rgb.write(rows, at, 3 * width * count);
        }
    }

    @Test
    void doesWithoutAHelperThatNeverComes() throws IOException {
        Path file = TestData.committed().path("images/coffee_q75_420.jpg");
        PixelTensor pixels = DECODER.decodePixels(file, PREPROCESSOR, task -> {});
        assertArrayEquals(PREPROCESSOR.preprocess(DECODER.decode(file)).values(), pixels.values());
    }

    @Test
    void finishesWhenInterruptedAndStaysSo() throws IOException {
        Path file = TestData.committed().path("images/coffee_q75_420.jpg");
        float[] expected = PREPROCESSOR.preprocess(DECODER.decode(file)).values();
        byte[] encoded = Files.readAllBytes(file);
        try (ExecutorService helper = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 20; i++) {
                Thread.currentThread().interrupt();
                PixelTensor pixels = DECODER.decodePixels(encoded, "a file", PREPROCESSOR, helper);
                assertTrue(Thread.interrupted());
                assertArrayEquals(expected, pixels.values());
            }
        }
    }

    @Test
    void failsInTheSameWayOnFilesThatAreCorrupt() throws IOException {
        long seed = 20;
        Random random = new Random(seed);
        byte[] whole = Files.readAllBytes(TestData.committed().path("images/coffee_q75_420.jpg"));
        try (ExecutorService helper = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 60; i++) {
                byte[] mutated = whole.clone();
                for (int k = random.nextInt(4); k >= 0; k--) {
                    // Mostly the headers: elsewhere nearly everything is a picture.
                    int at = random.nextInt(random.nextInt(4) == 0 ? mutated.length : 700);
                    mutated[at] = (byte) random.nextInt(256);
                }
                int mutation = i;
                Outcome expected = Outcome.of(() -> PREPROCESSOR.preprocess(DECODER.decode(mutated, "a file")));
                Outcome actual = Outcome.of(() -> DECODER.decodePixels(mutated, "a file", PREPROCESSOR, helper));
                assertEquals(
                        expected.error.isEmpty(),
                        actual.error.isEmpty(),
                        () -> "seed " + seed + ", mutation " + mutation + ": " + expected.error + " / " + actual.error);
                assertArrayEquals(expected.values, actual.values, () -> "seed " + seed + ", mutation " + mutation);
            }
        }
    }

    /** What is decoded meanwhile is kept; the file's own fault comes first, whatever the preprocessor's is. */
    @Test
    void doesNotCareWhenThePreprocessorComes() throws Exception {
        Path file = TestData.committed().path("images/coffee_q75_420.jpg");
        float[] expected = PREPROCESSOR.preprocess(DECODER.decode(file)).values();
        byte[] encoded = Files.readAllBytes(file);
        try (ExecutorService helper = Executors.newSingleThreadExecutor()) {
            for (Executor executor : List.<Executor>of(helper, Runnable::run)) {
                CompletableFuture<ImagePreprocessor> late = new CompletableFuture<>();
                FutureTask<PixelTensor> decoding = new FutureTask<>(
                        () -> DECODER.decodePixels(EncodedImage.of(encoded, "a file"), late, executor));
                Thread thread = Thread.ofPlatform().start(decoding);
                while (thread.getState() != Thread.State.WAITING) {
                    assertTrue(thread.isAlive());
                    Thread.sleep(1);
                }
                late.complete(PREPROCESSOR);
                assertArrayEquals(expected, decoding.get().values());
            }
            CompletableFuture<ImagePreprocessor> none =
                    CompletableFuture.failedFuture(new IllegalArgumentException("no model"));
            assertEquals(
                    "no model",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> DECODER.decodePixels(EncodedImage.of(encoded, "a file"), none, helper))
                            .getMessage());
            byte[] cut = Arrays.copyOf(encoded, encoded.length / 2);
            assertThrows(
                    ImageFormatException.class,
                    () -> DECODER.decodePixels(EncodedImage.of(cut, "a file"), none, helper));
        }
    }

    @Test
    void isInterruptedWhileItWaitsForThePreprocessor() {
        CompletableFuture<ImagePreprocessor> never = new CompletableFuture<>();
        Path file = TestData.committed().path("decoding/rgb_420.jpg");
        Thread.currentThread().interrupt();
        assertThrows(
                IllegalStateException.class, () -> DECODER.decodePixels(EncodedImage.open(file), never, Runnable::run));
        assertTrue(Thread.interrupted());
    }

    @Test
    void throwsWhatThePreprocessorThrowsWhereverItRuns() throws IOException {
        Path file = TestData.committed().path("images/coffee_q75_420.jpg");
        ImagePreprocessor huge = new ImagePreprocessor(PreprocessorConfig.of(
                new PreprocessorConfig.Resize.ShortestEdge(13_000),
                Optional.empty(),
                Resampling.BICUBIC,
                PreprocessorConfig.clip(224).mean(),
                PreprocessorConfig.clip(224).std()));
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            for (Executor helper : List.<Executor>of(other, Runnable::run, DecodePixelsTest::reject, task -> {})) {
                assertThrows(IllegalArgumentException.class, () -> DECODER.decodePixels(file, huge, helper));
            }
        }
    }

    private static void reject(Runnable task) {
        throw new RejectedExecutionException("busy");
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all
                    .filter(file -> file.toString().endsWith(".jpg"))
                    // as costly as all others together, and no other kind
                    .filter(file -> !file.toString().contains("4000x2667"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Pixels, or why there are none. */
    private record Outcome(float[] values, String error) {
        interface Work {
            PixelTensor run() throws IOException;
        }

        static Outcome of(Work work) throws IOException {
            try {
                return new Outcome(work.run().values(), "");
            } catch (ImageFormatException e) {
                return new Outcome(new float[0], String.valueOf(e.getMessage()));
            }
        }

        void assertEqualTo(Outcome actual) {
            assertEquals(error, actual.error);
            assertArrayEquals(values, actual.values);
        }
    }
}
