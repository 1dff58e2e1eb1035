package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ColorConverterTest {
    @Test
    void convertsEveryColourAsTheTablesOfLibjpeg() {
        int[] lumas = new int[256];
        Arrays.setAll(lumas, i -> i);
        int[] blues = new int[256];
        int[] reds = new int[256];
        int[] pixels = new int[256];
        int[] expected = new int[256];
        for (int cb = 0; cb < 256; cb++) {
            Arrays.fill(blues, cb);
            for (int cr = 0; cr < 256; cr++) {
                Arrays.fill(reds, cr);
                for (int luma = 0; luma < 256; luma++) {
                    int red = luma + fix(1.40200, cr - 128);
                    int green = luma
                            + (int) ((scaled(0.34414) * -(cb - 128) + 32768 + scaled(0.71414) * -(cr - 128)) >> 16);
                    int blue = luma + fix(1.77200, cb - 128);
                    expected[luma] =
                            Math.clamp(red, 0, 255) | Math.clamp(green, 0, 255) << 8 | Math.clamp(blue, 0, 255) << 16;
                }
                ColorConverter.toPixels(lumas, blues, reds, pixels, 256);
                assertArrayEquals(expected, pixels, "Cb " + cb + ", Cr " + cr);
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
}
