package org.clipjava.kernel;

import java.util.stream.IntStream;

/**
 * Which rows of a batch form a sequence: sequence i is rows [start(i), start(i) + length(i)), one after the other.
 * Sequences may differ in length; none is padded.
 */
public final class Sequences {
    private final int[] starts;

    private Sequences(int[] starts) {
        this.starts = starts;
    }

    /** Sequences of these lengths, each at least 1. */
    public static Sequences ofLengths(int... lengths) {
        int[] starts = new int[lengths.length + 1];
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 1) {
                throw new IllegalArgumentException("a sequence of " + lengths[i] + " tokens");
            }
            starts[i + 1] = Math.addExact(starts[i], lengths[i]);
        }
        return new Sequences(starts);
    }

    /** {@code count} sequences of {@code length} tokens each. */
    public static Sequences uniform(int count, int length) {
        return ofLengths(IntStream.generate(() -> length).limit(count).toArray());
    }

    public int count() {
        return starts.length - 1;
    }

    /** M, over all sequences. */
    public int rows() {
        return starts[count()];
    }

    public int start(int sequence) {
        return starts[sequence];
    }

    public int length(int sequence) {
        return starts[sequence + 1] - starts[sequence];
    }
}
