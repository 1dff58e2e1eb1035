package org.clipjava.weights;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An image tower. Thread-safe: nothing writes to its arrays. More parts may be added, each empty where a model of today has none.
 */
public final class VisionWeights {
    private record Parts(
            Optional<float[]> classEmbedding,
            List<LinearWeights> stem,
            LinearWeights patchEmbedding,
            float[] positionEmbedding,
            Optional<LayerNormWeights> lnPre,
            List<BlockWeights> blocks,
            LayerNormWeights lnPost,
            Optional<AttentionPoolWeights> pool,
            Optional<LinearWeights> projection) {}

    private final Parts parts;

    private VisionWeights(Parts parts) {
        this.parts = parts;
    }

    /**
     * An image tower that is pooled at its class token and has a projection.
     *
     * @param classEmbedding [W], if there is a class token
     * @param patchEmbedding [W, 3·P·P]
     * @param positionEmbedding [N, W]
     * @param lnPre [W], if there is one
     * @param blocks the first layer first
     * @param lnPost [W]
     * @param projection [E, W]
     */
    public static VisionWeights of(
            Optional<float[]> classEmbedding,
            LinearWeights patchEmbedding,
            float[] positionEmbedding,
            Optional<LayerNormWeights> lnPre,
            List<BlockWeights> blocks,
            LayerNormWeights lnPost,
            LinearWeights projection) {
        return of(
                classEmbedding,
                patchEmbedding,
                positionEmbedding,
                lnPre,
                blocks,
                lnPost,
                Optional.empty(),
                Optional.of(projection));
    }

    /**
     * An image tower.
     *
     * @param classEmbedding [W], if there is a class token
     * @param patchEmbedding [W, 3·P·P]
     * @param positionEmbedding [N, W]
     * @param lnPre [W], if there is one
     * @param blocks the first layer first
     * @param lnPost [W]
     * @param pool if it is pooled by attention
     * @param projection [E, W], if there is one
     */
    public static VisionWeights of(
            Optional<float[]> classEmbedding,
            LinearWeights patchEmbedding,
            float[] positionEmbedding,
            Optional<LayerNormWeights> lnPre,
            List<BlockWeights> blocks,
            LayerNormWeights lnPost,
            Optional<AttentionPoolWeights> pool,
            Optional<LinearWeights> projection) {
        return new VisionWeights(new Parts(
                classEmbedding, List.of(), patchEmbedding, positionEmbedding, lnPre, blocks, lnPost, pool, projection));
    }

    /**
     * The same with convolutions before the patches' embedding.
     *
     * @param stem the first first, each [outputs, values of a square]: channel, row and column of pixels; row, column and state behind
     */
    public VisionWeights withStem(List<LinearWeights> stem) {
        return new VisionWeights(new Parts(
                parts.classEmbedding,
                List.copyOf(stem),
                parts.patchEmbedding,
                parts.positionEmbedding,
                parts.lnPre,
                parts.blocks,
                parts.lnPost,
                parts.pool,
                parts.projection));
    }

    /** The same with each of its matrices replaced by what {@code matrices} makes of it. */
    public VisionWeights withMatrices(UnaryOperator<PanelMatrix> matrices) {
        return of(
                        parts.classEmbedding,
                        parts.patchEmbedding.withMatrix(matrices),
                        parts.positionEmbedding,
                        parts.lnPre,
                        parts.blocks.stream()
                                .map(block -> block.withMatrices(matrices))
                                .toList(),
                        parts.lnPost,
                        parts.pool.map(pool -> pool.withMatrices(matrices)),
                        parts.projection.map(projection -> projection.withMatrix(matrices)))
                .withStem(parts.stem.stream()
                        .map(layer -> layer.withMatrix(matrices))
                        .toList());
    }

    /** [W], if there is a class token. */
    public Optional<float[]> classEmbedding() {
        return parts.classEmbedding;
    }

    /** Convolutions before the patches' embedding, as matrices, the first first; mostly none. */
    public List<LinearWeights> stem() {
        return parts.stem;
    }

    /** [W, 3·P·P], or [W, values of a patch's squares] behind a stem. */
    public LinearWeights patchEmbedding() {
        return parts.patchEmbedding;
    }

    /** [N, W]. */
    public float[] positionEmbedding() {
        return parts.positionEmbedding;
    }

    /** [W], if there is one. */
    public Optional<LayerNormWeights> lnPre() {
        return parts.lnPre;
    }

    /** The first layer first. */
    public List<BlockWeights> blocks() {
        return parts.blocks;
    }

    /** [W]. */
    public LayerNormWeights lnPost() {
        return parts.lnPost;
    }

    /** Of a tower that is pooled by attention. */
    public Optional<AttentionPoolWeights> pool() {
        return parts.pool;
    }

    /**
     * [E, W].
     *
     * @throws java.util.NoSuchElementException if the tower has none, as its configuration says
     */
    public LinearWeights projection() {
        return parts.projection.orElseThrow();
    }
}
