package org.clipjava.weights;

import java.util.function.UnaryOperator;

/**
 * A linear layer, y = x · weightᵀ + bias. Thread-safe: nothing writes to its memory.
 *
 * @param weight of O outputs and K inputs
 * @param bias [O], or empty for a layer without
 */
public record LinearWeights(PanelMatrix weight, float[] bias) {
    /**
     * A layer.
     *
     * @throws IllegalArgumentException if the bias is not of O components
     */
    public LinearWeights {
        if (bias.length != 0 && bias.length != weight.outputs()) {
            throw new IllegalArgumentException("weight of " + weight.outputs() + " outputs, bias of " + bias.length);
        }
    }

    LinearWeights withMatrix(UnaryOperator<PanelMatrix> matrices) {
        return new LinearWeights(matrices.apply(weight), bias);
    }
}
