package org.clipjava.image.codec.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The contract of {@link BlockTransform}. */
abstract class BlockTransformContract {
    private static final int STRIDE = 8 * 13 + 5;
    private static final byte GUARD = 77;

    private final BlockTransform transform;

    BlockTransformContract(BlockTransform transform) {
        this.transform = transform;
    }

    /** The standard's A.3.3, in double precision. */
    private static double[] exact(short[] coefficients, int at, short[] quantization) {
        double[] samples = new double[64];
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                double sum = 0;
                for (int v = 0; v < 8; v++) {
                    for (int u = 0; u < 8; u++) {
                        double scale = (u == 0 ? Math.sqrt(0.5) : 1) * (v == 0 ? Math.sqrt(0.5) : 1);
                        int c = coefficients[at + 8 * v + u] * (quantization[8 * v + u] & 0xffff);
                        sum += scale
                                * c
                                * Math.cos((2 * x + 1) * u * Math.PI / 16)
                                * Math.cos((2 * y + 1) * v * Math.PI / 16);
                    }
                }
                samples[8 * y + x] = sum / 4 + 128;
            }
        }
        return samples;
    }

    /** IEEE 1180 allows a peak error of 1; the samples that are compared are not beyond the range that is clamped. */
    @Test
    void isTheInverseCosineTransformToOneLevel() {
        Random random = new Random(1);
        for (int blocks : new int[] {1, 7, 13}) {
            for (int terms : new int[] {0, 1, 3, 10, 64}) {
                short[] quantization = new short[64];
                short[] coefficients = new short[3 + 64 * blocks];
                for (int i = 0; i < 64; i++) {
                    quantization[i] = (short) (1 + random.nextInt(20));
                }
                for (int b = 0; b < blocks; b++) {
                    coefficients[3 + 64 * b] = (short) (random.nextInt(101) - 50);
                    for (int i = 0; i < terms; i++) {
                        coefficients[3 + 64 * b + random.nextInt(64)] = (short) (random.nextInt(9) - 4);
                    }
                }
                byte[] samples = new byte[2 + 8 * STRIDE];
                Arrays.fill(samples, GUARD);

                transform.transform(coefficients, 3, blocks, quantization, samples, 2, STRIDE);

                for (int b = 0; b < blocks; b++) {
                    double[] expected = exact(coefficients, 3 + 64 * b, quantization);
                    for (int i = 0; i < 64; i++) {
                        double level = Math.clamp(expected[i], 0, 255);
                        int found = samples[2 + i / 8 * STRIDE + 8 * b + i % 8] & 0xff;
                        assertTrue(Math.abs(level - found) <= 1, level + " became " + found);
                    }
                }
                for (int i = 0; i < samples.length; i++) {
                    if (i < 2 || (i - 2) % STRIDE >= 8 * blocks) {
                        assertEquals(GUARD, samples[i], "beside the blocks");
                    }
                }
            }
        }
    }

    /** A coefficient that counts for nothing keeps the shortcuts for rows and columns of zeros away. */
    @Test
    void shortcutsForZerosGiveTheSame() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            int rows = random.nextBoolean() ? 4 : 8;
            int columns = random.nextBoolean() ? 4 : 8;
            int range = 1 << random.nextInt(16);
            short[] quantization = new short[64];
            short[] coefficients = new short[64];
            for (int k = 0; k < 63; k++) {
                quantization[k] = (short) (1 + random.nextInt(random.nextInt(4) == 0 ? 65_535 : 20));
                if (k / 8 < rows && k % 8 < columns && random.nextInt(4) == 0) {
                    coefficients[k] = (short) (random.nextInt(2 * range + 1) - range);
                }
            }
            coefficients[9] = 1; // where all below the first row is zero, libjpeg overflows in another way
            byte[] expected = new byte[64];
            byte[] found = new byte[64];
            transform.transform(coefficients, 0, 1, quantization, found, 0, 8);
            coefficients[63] = 1;
            transform.transform(coefficients, 0, 1, quantization, expected, 0, 8);
            assertArrayEquals(expected, found, "block " + i);
        }
    }

    /** Also of coefficients that no encoder writes, where what comes of them is libjpeg-turbo's own. */
    @Test
    void isTheScalarTransformToTheBit() {
        Random random = new Random(3);
        BlockTransform scalar = new ScalarBlockTransform();
        for (int i = 0; i < 20_000; i++) {
            int blocks = 1 + random.nextInt(3);
            int range = 1 << random.nextInt(16);
            int steps = 1 << random.nextInt(17);
            int seldom = 1 + random.nextInt(20);
            short[] quantization = new short[64];
            short[] coefficients = new short[64 * blocks];
            for (int k = 0; k < 64; k++) {
                quantization[k] = (short) random.nextInt(steps);
            }
            for (int k = 0; k < coefficients.length; k++) {
                if (random.nextInt(seldom) == 0) {
                    coefficients[k] = (short) (random.nextInt(2 * range + 1) - range);
                }
            }
            byte[] expected = new byte[64 * blocks];
            byte[] found = new byte[64 * blocks];
            scalar.transform(coefficients, 0, blocks, quantization, expected, 0, 8 * blocks);
            transform.transform(coefficients, 0, blocks, quantization, found, 0, 8 * blocks);
            assertArrayEquals(expected, found, "case " + i);
        }
    }

    @Test
    void aBlockOfOneCoefficientIsFlat() {
        short[] quantization = new short[64];
        quantization[0] = 8;
        for (int level = -200; level <= 200; level++) {
            short[] block = new short[64];
            block[0] = (short) level;
            byte[] samples = new byte[64];

            transform.transform(block, 0, 1, quantization, samples, 0, 8);

            byte[] expected = new byte[64];
            Arrays.fill(expected, (byte) Math.clamp(128 + level, 0, 255));
            assertArrayEquals(expected, samples);
        }
    }
}
