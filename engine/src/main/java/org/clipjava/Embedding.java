package org.clipjava;

import java.util.Arrays;

/**
 * A point in the space that pictures and texts share: E floats, as the projection gives them, not normalised.
 *
 * <p>Immutable and thread-safe.
 */
public final class Embedding {
    private final float[] values;

    private Embedding(float[] values) {
        this.values = values;
    }

    /** Copies the values, [E], E at least 1. */
    public static Embedding of(float... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("an embedding has at least one component");
        }
        return new Embedding(values.clone());
    }

    /** E: how many components it has. */
    public int dimension() {
        return values.length;
    }

    /** One component, from 0. */
    public float get(int index) {
        return values[index];
    }

    /** A copy, [E]. */
    public float[] toArray() {
        return values.clone();
    }

    /** The euclidean length. */
    public double norm() {
        return Math.sqrt(dot(this));
    }

    /**
     * The vector of length 1 in the same direction.
     *
     * @throws NoDirectionException if the length is zero or not finite
     */
    public Embedding normalized() {
        double norm = norm();
        if (!(norm > 0) || Double.isInfinite(norm)) {
            throw new NoDirectionException(norm);
        }
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / norm);
        }
        return new Embedding(unit);
    }

    /** The inner product, summed in double. */
    public double dot(Embedding other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException(
                    "expected an embedding of " + values.length + " components, found " + other.values.length);
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (double) values[i] * other.values[i];
        }
        return sum;
    }

    /** The cosine of the angle between the two, -1 to 1. */
    public double cosine(Embedding other) {
        return dot(other) / (norm() * other.norm());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Embedding[" + values.length + "]";
    }
}
