package org.clipjava.weights;

/**
 * A linear layer, y = x · weightᵀ + bias.
 *
 * @param weight [O, K]
 * @param bias [O], or empty for a layer without
 */
public record LinearWeights(Matrix weight, float[] bias) {
    public LinearWeights {
        if (bias.length != 0 && bias.length != weight.rows()) {
            throw new IllegalArgumentException("weight of " + weight.rows() + " rows, bias of " + bias.length);
        }
    }
}
