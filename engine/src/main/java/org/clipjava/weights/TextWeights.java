package org.clipjava.weights;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A text tower.
 *
 * @param tokenEmbedding [V, W]
 * @param positionEmbedding [C, W]
 * @param blocks the first layer first
 * @param lnFinal [W]
 * @param projection [E, W]
 */
public record TextWeights(
        EmbeddingTable tokenEmbedding,
        float[] positionEmbedding,
        List<BlockWeights> blocks,
        LayerNormWeights lnFinal,
        LinearWeights projection) {

    /** The same with its table and each of its matrices replaced by what the operators make of it. */
    public TextWeights withMatrices(UnaryOperator<PanelMatrix> matrices, UnaryOperator<EmbeddingTable> tables) {
        return new TextWeights(
                tables.apply(tokenEmbedding),
                positionEmbedding,
                blocks.stream().map(block -> block.withMatrices(matrices)).toList(),
                lnFinal,
                projection.withMatrix(matrices));
    }
}
