package org.clipjava.model;

import java.lang.foreign.Arena;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Sequences;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.BlockWeights;

/**
 * Multi-head self-attention (Vaswani et al., 2017).
 *
 * @param qkv query, key and value projections in one
 * @param out output projection
 * @param causal whether a token sees only itself and those before it
 */
record MultiHeadAttention(Kernels kernels, Linear qkv, Linear out, int heads, boolean causal) {

    static MultiHeadAttention of(Kernels kernels, BlockWeights weights, int heads, boolean causal, Arena arena) {
        return new MultiHeadAttention(
                kernels,
                Linear.of(kernels, weights.qkv(), arena),
                Linear.of(kernels, weights.out(), arena),
                heads,
                causal);
    }

    /** Adds the attention of {@code x}, [M, W], to {@code sum}, [M, W]. */
    void addTo(float[] sum, float[] x, Sequences sequences, Workspace work) {
        int rows = sequences.rows();
        int width = out.outputs();
        float[] projected = work.get(Buffer.QKV, rows * 3 * width);
        float[] mixed = work.get(Buffer.MIXED, rows * width);
        qkv.forward(x, rows, Epilogue.STORE, projected, work.workers());
        kernels.attention(projected, width, sequences, heads, causal, mixed, work.workers());
        out.forward(mixed, rows, Epilogue.ADD, sum, work.workers());
    }
}
