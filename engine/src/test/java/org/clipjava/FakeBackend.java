package org.clipjava;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clipjava.encoder.Availability;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.weights.StoredWeights;

/** Providers for tests, found as any other: one that is ready, and before it one that is not. */
public abstract class FakeBackend implements EncoderBackend {
    private final Availability availability;

    FakeBackend(Availability availability) {
        this.availability = availability;
    }

    /** What it builds on is not there. */
    public static final class Broken extends FakeBackend {
        public Broken() {
            super(new Availability.Missing("no device; plug one in"));
        }

        @Override
        public String name() {
            return "broken";
        }
    }

    /** Its embeddings are all ones. */
    public static final class Ones extends FakeBackend {
        public Ones() {
            super(new Availability.Ready(List.of("a counter")));
        }

        @Override
        public String name() {
            return "ones";
        }
    }

    @Override
    public Availability availability() {
        return availability;
    }

    @Override
    public Encoders open(StoredWeights weights) {
        int width = weights.config().embedDim();
        return new Encoders(
                "ones on a counter",
                Optional.of(pictures -> ones(pictures.size(), width)),
                Optional.of(texts -> ones(texts.size(), width)),
                () -> {});
    }

    private static float[][] ones(int rows, int columns) {
        float[][] ones = new float[rows][columns];
        for (float[] row : ones) {
            Arrays.fill(row, 1);
        }
        return ones;
    }
}
