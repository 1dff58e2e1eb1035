package org.clipjava.weights;

/**
 * A LayerNorm's affine part.
 *
 * @param weight [W]
 * @param bias [W]
 * @param eps added to the variance
 */
public record LayerNormWeights(float[] weight, float[] bias, float eps) {
    public LayerNormWeights {
        if (weight.length == 0 || weight.length != bias.length) {
            throw new IllegalArgumentException("weight of " + weight.length + ", bias of " + bias.length);
        }
    }

    public int width() {
        return weight.length;
    }
}
