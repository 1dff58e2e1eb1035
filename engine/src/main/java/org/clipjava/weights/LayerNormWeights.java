package org.clipjava.weights;

/**
 * A LayerNorm's affine part. Thread-safe: nothing writes to its memory.
 *
 * @param weight [W]
 * @param bias [W]
 * @param eps added to the variance
 */
public record LayerNormWeights(float[] weight, float[] bias, float eps) {
    /**
     * An affine part.
     *
     * @throws IllegalArgumentException if weight and bias differ in length
     */
    public LayerNormWeights {
        if (weight.length == 0 || weight.length != bias.length) {
            throw new IllegalArgumentException("weight of " + weight.length + ", bias of " + bias.length);
        }
    }

    /** W. */
    public int width() {
        return weight.length;
    }
}
