package org.clipjava.weights;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An image tower.
 *
 * @param classEmbedding [W], if there is a class token
 * @param patchEmbedding [W, 3·P·P]
 * @param positionEmbedding [N, W]
 * @param lnPre [W], if there is one
 * @param blocks the first layer first
 * @param lnPost [W]
 * @param projection [E, W]
 */
public record VisionWeights(
        Optional<float[]> classEmbedding,
        LinearWeights patchEmbedding,
        float[] positionEmbedding,
        Optional<LayerNormWeights> lnPre,
        List<BlockWeights> blocks,
        LayerNormWeights lnPost,
        LinearWeights projection) {

    /** The same with each of its matrices replaced by what {@code matrices} makes of it. */
    public VisionWeights withMatrices(UnaryOperator<PanelMatrix> matrices) {
        return new VisionWeights(
                classEmbedding,
                patchEmbedding.withMatrix(matrices),
                positionEmbedding,
                lnPre,
                blocks.stream().map(block -> block.withMatrices(matrices)).toList(),
                lnPost,
                projection.withMatrix(matrices));
    }
}
