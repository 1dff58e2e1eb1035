package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.clipjava.image.codec.ArrivingRows;
import org.clipjava.image.codec.YCbCr;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Decoding and preprocessing at once against one after the other. */
@Timeout(120)
class DecodePixelsTest {
    private static final ImageDecoder DECODER = ImageDecoder.imageIo();
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

    @Test
    void tellsWhoeverWaitsThatNoMoreRowsCome() throws Exception {
        ArrivingRows rows = new ArrivingRows(1, 64, false);
        rows.arrived(31);
        rows.await(32);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            var waiting = other.submit(() -> {
                assertThrows(CancellationException.class, () -> rows.await(33));
                return true;
            });
            rows.cancel();
            assertEquals(true, waiting.get());
        }
    }

    @Test
    void convertsEveryColourAsTheTablesOfLibjpeg() {
        int[] planes = new int[3 * Resampler.BAND];
        for (int cb = 0; cb < 256; cb++) {
            for (int cr = 0; cr < 256; cr++) {
                for (int from = 0; from < 256; from += Resampler.BAND) {
                    for (int i = 0; i < Resampler.BAND; i++) {
                        planes[i] = from + i;
                        planes[i + Resampler.BAND] = cb;
                        planes[i + 2 * Resampler.BAND] = cr;
                    }
                    YCbCr.toRgb(planes);
                    for (int i = 0; i < Resampler.BAND && from + i < 256; i++) {
                        int luma = from + i;
                        int red = luma + fix(1.40200, cr - 128);
                        int green = luma
                                + (int) ((scaled(0.34414) * -(cb - 128) + 32768 + scaled(0.71414) * -(cr - 128)) >> 16);
                        int blue = luma + fix(1.77200, cb - 128);
                        if (planes[i] != Math.clamp(red, 0, 255)
                                || planes[i + Resampler.BAND] != Math.clamp(green, 0, 255)
                                || planes[i + 2 * Resampler.BAND] != Math.clamp(blue, 0, 255)) {
                            throw new AssertionError("YCbCr " + luma + ", " + cb + ", " + cr);
                        }
                    }
                }
            }
        }
    }

    /** jdcolor.c: FIX(x) is x · 2^16, rounded. */
    private static long scaled(double x) {
        return (long) (x * 65536 + 0.5);
    }

    private static int fix(double factor, int x) {
        return (int) ((scaled(factor) * x + 32768) >> 16);
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
