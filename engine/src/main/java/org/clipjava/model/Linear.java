package org.clipjava.model;

import java.lang.foreign.Arena;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.PackedMatrix;
import org.clipjava.kernel.Workers;
import org.clipjava.weights.LinearWeights;

/** y = x · weightᵀ + bias, with a weight packed for the kernels at hand. */
record Linear(Kernels kernels, PackedMatrix weight, float[] bias) {

    static Linear of(Kernels kernels, LinearWeights weights, Arena arena) {
        return new Linear(kernels, kernels.pack(weights.weight(), arena), weights.bias());
    }

    /** From {@code x}, [M, K], to {@code out}, [M, O]. */
    void forward(float[] x, int rows, Epilogue epilogue, float[] out, Workers workers) {
        kernels.linear(x, rows, weight, bias, epilogue, out, workers);
    }

    int outputs() {
        return weight.outputs();
    }

    int inputs() {
        return weight.inputs();
    }
}
