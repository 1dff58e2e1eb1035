package org.clipjava.model;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.clipjava.config.TowerConfig;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Span;
import org.clipjava.weights.BlockWeights;

/** A layer of a tower: attention, then the MLP, each beside a residual connection. */
sealed interface TransformerLayer permits ResidualAttentionBlock, PostNormBlock {

    /** All layers, as the configuration asks for. */
    static List<? extends TransformerLayer> stack(Kernels kernels, List<BlockWeights> blocks, TowerConfig tower) {
        return switch (tower.norm()) {
            case BEFORE -> ResidualAttentionBlock.stack(kernels, blocks, tower, Optional.empty());
            case AFTER -> PostNormBlock.stack(kernels, blocks, tower);
        };
    }

    /** Takes the states {@code x}, [M, W], through the layer, in place. */
    void forward(Activations x, List<Span> spans, Workspace work);

    /**
     * Takes only the rows that are pooled through the layer, exactly: of the others nothing but keys and values is needed.
     *
     * @param x the states, [M, W]
     * @param pooledRow which row of {@code x} the i-th of the few is
     * @param spans which of the few sees which rows of {@code x}, one span for each
     * @return the states of the few, [B, W]
     */
    Activations forwardPooled(Activations x, IntUnaryOperator pooledRow, List<Span> spans, Workspace work);
}
