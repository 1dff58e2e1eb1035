package org.clipjava.index;

import java.util.Arrays;
import org.clipjava.image.RgbImage;

/**
 * 64 bits of what a picture looks like: which of its 8 x 8 lowest frequencies are above their median. Other sizes, other compression and
 * other brightness change few of them.
 */
final class PerceptualHash {
    private static final int SIDE = 32;
    private static final int FREQUENCIES = 8;

    /** [8, 32] */
    private static final double[][] COSINES = cosines();

    private PerceptualHash() {}

    private static double[][] cosines() {
        double[][] cosines = new double[FREQUENCIES][SIDE];
        for (int u = 0; u < FREQUENCIES; u++) {
            for (int x = 0; x < SIDE; x++) {
                cosines[u][x] = Math.cos((2 * x + 1) * (u + 1) * Math.PI / (2 * SIDE));
            }
        }
        return cosines;
    }

    /** Makes of a picture what {@link #of} wants. */
    static AreaSampler sampler(int width, int height) {
        return new AreaSampler(width, height, SIDE, SIDE);
    }

    static long of(RgbImage sampled) {
        byte[] rgb = sampled.rgb();
        double[][] rows = new double[SIDE][FREQUENCIES];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int at = 3 * (y * SIDE + x);
                double grey = 0.299 * (rgb[at] & 0xff) + 0.587 * (rgb[at + 1] & 0xff) + 0.114 * (rgb[at + 2] & 0xff);
                for (int u = 0; u < FREQUENCIES; u++) {
                    rows[y][u] += grey * COSINES[u][x];
                }
            }
        }
        double[] frequencies = new double[FREQUENCIES * FREQUENCIES];
        for (int v = 0; v < FREQUENCIES; v++) {
            for (int u = 0; u < FREQUENCIES; u++) {
                for (int y = 0; y < SIDE; y++) {
                    frequencies[v * FREQUENCIES + u] += rows[y][u] * COSINES[v][y];
                }
            }
        }
        double[] sorted = frequencies.clone();
        Arrays.sort(sorted);
        double median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
        long hash = 0;
        for (int i = 0; i < frequencies.length; i++) {
            if (frequencies[i] > median) {
                hash |= 1L << i;
            }
        }
        return hash;
    }

    /** In how many of the 64 bits two differ. */
    static int distance(long a, long b) {
        return Long.bitCount(a ^ b);
    }
}
