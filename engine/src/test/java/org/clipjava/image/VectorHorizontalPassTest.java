package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs once for each vector width that the machine has: the build repeats it with -XX:MaxVectorSize. */
class VectorHorizontalPassTest extends ResamplerContract {
    private static final int CASES = 300;

    VectorHorizontalPassTest() {
        super((columns, most, bytes) -> VectorHorizontalPass.isFor(columns)
                ? new VectorHorizontalPass(columns, most)
                : new ScalarHorizontalPass(columns, most));
    }

    @Test
    void equalsPlainJava() {
        long seed = 21;
        Random random = new Random(seed);
        int compared = 0;
        for (int i = 0; i < CASES; i++) {
            int width = 1 + random.nextInt(200);
            int newWidth = 1 + random.nextInt(random.nextBoolean() ? 60 : 300);
            int left = random.nextInt(newWidth);
            int window = 1 + random.nextInt(newWidth - left);
            Resampling filter = random.nextBoolean() ? Resampling.BICUBIC : Resampling.BILINEAR;
            if (VectorHorizontalPass.isFor(new ResampleAxis(filter, width, newWidth, left, window))) {
                int rows = 1 + random.nextInt(5);
                int rowBytes = 3 * width + random.nextInt(4);
                int at = random.nextInt(4);
                byte[] rgb = new byte[at + (rows - 1) * rowBytes + 3 * width];
                random.nextBytes(rgb);
                HorizontalPass vectors =
                        new VectorHorizontalPass(new ResampleAxis(filter, width, newWidth, left, window), rows);
                HorizontalPass scalars =
                        new ScalarHorizontalPass(new ResampleAxis(filter, width, newWidth, left, window), rows);
                assertArrayEquals(
                        scalars.rows(rgb, at, rowBytes, rows),
                        vectors.rows(rgb, at, rowBytes, rows),
                        "seed " + seed + ", case " + i + ": " + width + " to " + newWidth);
                compared++;
            }
        }
        assertTrue(compared > CASES / 2, compared + " compared");
    }
}
