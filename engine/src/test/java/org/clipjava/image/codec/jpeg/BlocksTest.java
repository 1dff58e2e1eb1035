package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlocksTest {
    @Test
    void theZigzagVisitsEveryCoefficientOnce() {
        byte[] order = Blocks.NATURAL_ORDER.clone();

        assertArrayEquals(new byte[] {0, 1, 8, 16, 9, 2, 3, 10, 17, 24}, Arrays.copyOf(order, 10));
        assertArrayEquals(new byte[] {47, 55, 62, 63, 63}, Arrays.copyOfRange(order, 60, 65));
        Arrays.sort(order, 0, 64);
        for (int i = 0; i < 64; i++) {
            assertEquals(i, order[i]);
        }
    }
}
