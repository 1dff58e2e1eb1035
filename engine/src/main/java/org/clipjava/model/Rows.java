package org.clipjava.model;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Moves whole rows of row-major matrices. */
final class Rows {
    private Rows() {}

    /** Copies row {@code source(i)} of {@code x} to row i of {@code out}, for each i below {@code count}. */
    static void gather(float[] x, int width, IntUnaryOperator source, float[] out, int count) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(x, source.applyAsInt(i) * width, out, i * width, width);
        }
    }

    /** Copies the rows of {@code x} to {@code out[first]}, {@code out[first + 1]} and so on. */
    static void split(float[] x, int width, float[][] out, int first) {
        for (int i = 0; i < x.length / width; i++) {
            out[first + i] = Arrays.copyOfRange(x, i * width, (i + 1) * width);
        }
    }
}
