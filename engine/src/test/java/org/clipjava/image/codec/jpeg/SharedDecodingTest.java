package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.Helpers;
import org.clipjava.image.codec.ImageSize;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decoding on several threads against decoding on one. */
@Timeout(60)
class BandQueueTest {
    private static final int HEIGHT = 400;

    /** What has come, and what ended it. */
    private record Outcome(List<Integer> rows, int hash, String end) {}

    /** @param failing the row at which the consumer throws */
    private static Outcome outcome(byte[] file, Helpers helpers, int failing) throws IOException {
        List<Integer> rows = new ArrayList<>();
        int[] hash = {0};
        String end = "";
        try {
            JpegDecoder decoder = JpegDecoder.open(file, ImageSize.MAX_PIXELS);
            int stride = 3 * decoder.header().width();
            decoder.decode(
                    Reduction.NONE,
                    (y, count, rgb) -> {
                        if (y <= failing && failing < y + count) {
                            throw new IllegalStateException("row " + failing);
                        }
                        rows.add(y);
                        hash[0] = 31 * hash[0] + Arrays.hashCode(Arrays.copyOf(rgb, count * stride));
                    },
                    helpers);
        } catch (CodecException | IllegalStateException e) {
            end = e.getMessage();
        }
        return new Outcome(rows, hash[0], end);
    }

    @Test
    void damageEndsItInTheSameWay() throws IOException {
        Random random = new Random(16);
        try (ExecutorService one = Executors.newSingleThreadExecutor();
                ExecutorService three = Executors.newFixedThreadPool(3)) {
            for (String name : List.of("coffee_q75_420.jpg", "coffee_q90_444.jpg", "coffee_gray.jpg")) {
                byte[] whole = TestData.committed().bytes("images/" + name);
                for (int i = 0; i < 9; i++) {
                    byte[] file = Arrays.copyOf(whole, i % 3 == 0 ? random.nextInt(700, whole.length) : whole.length);
                    for (int k = random.nextInt(4); k > 0; k--) {
                        file[random.nextInt(600, file.length)] = (byte) random.nextInt(256);
                    }
                    Outcome expected = outcome(file, Helpers.NONE, HEIGHT);
                    assertEquals(expected.end, outcome(file, Helpers.of(one), HEIGHT).end, name + " " + i);
                    Helpers never = Helpers.of(task -> {});
                    assertEquals(expected.end, outcome(file, never, HEIGHT).end, name + " " + i);
                    Outcome actual = outcome(file, Helpers.of(three), HEIGHT);
                    assertEquals(expected.end, actual.end, name + " " + i);
                    if (expected.end.isEmpty()) {
                        assertEquals(expected, actual, name + " " + i);
                    }
                }
            }
        }
    }

    @Test
    void whatTheConsumerThrowsComesBeforeDamageBehindIt() throws IOException {
        byte[] whole = TestData.committed().bytes("images/coffee_q90_444.jpg");
        byte[] cut = Arrays.copyOf(whole, whole.length * 3 / 4);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int failing : new int[] {0, 90, 200, 250}) {
                for (byte[] file : List.of(whole, cut)) {
                    Outcome expected = outcome(file, Helpers.NONE, failing);
                    assertEquals("row " + failing, expected.end);
                    for (int i = 0; i < 5; i++) {
                        assertEquals(expected, outcome(file, Helpers.of(pool), failing));
                    }
                }
            }
            assertTrue(outcome(cut, Helpers.of(pool), HEIGHT).end.contains("truncated"));
        }
    }

    @Test
    void anErrorOfTheConsumerIsThrownAsItIs() throws IOException {
        OutOfMemoryError error = new OutOfMemoryError("of a test");
        JpegDecoder decoder = JpegDecoder.open(TestData.committed().bytes("images/coffee_q75_420.jpg"), HEIGHT * 1000);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            assertSame(
                    error,
                    assertThrows(
                            OutOfMemoryError.class,
                            () -> decoder.decode(
                                    Reduction.NONE,
                                    (y, count, rgb) -> {
                                        throw error;
                                    },
                                    Helpers.of(pool))));
        }
    }
}
