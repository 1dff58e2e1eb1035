package org.clipjava.model;

import java.lang.foreign.Arena;
import java.util.List;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Sequences;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.Activation;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.LayerNormWeights;

/** A layer of either tower: attention, then the MLP, each behind a LayerNorm and beside a residual connection. */
record ResidualAttentionBlock(
        Kernels kernels, LayerNormWeights ln1, MultiHeadAttention attention, LayerNormWeights ln2, Mlp mlp) {

    static List<ResidualAttentionBlock> stack(
            Kernels kernels, List<BlockWeights> blocks, int heads, boolean causal, Activation activation, Arena arena) {
        return blocks.stream()
                .map(weights -> new ResidualAttentionBlock(
                        kernels,
                        weights.ln1(),
                        MultiHeadAttention.of(kernels, weights, heads, causal, arena),
                        weights.ln2(),
                        Mlp.of(kernels, weights, activation, arena)))
                .toList();
    }

    /** Takes the residual stream {@code x}, [M, W], through the layer, in place. */
    void forward(float[] x, Sequences sequences, Workspace work) {
        int rows = sequences.rows();
        float[] normed = work.get(Buffer.NORMED, rows * ln1.width());
        kernels.layerNorm(x, rows, ln1, normed, work.workers());
        attention.addTo(x, normed, sequences, work);
        kernels.layerNorm(x, rows, ln2, normed, work.workers());
        mlp.addTo(x, normed, rows, work);
    }
}
