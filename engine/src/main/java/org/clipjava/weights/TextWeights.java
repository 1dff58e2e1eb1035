package org.clipjava.weights;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A text tower. Thread-safe: nothing writes to its arrays. More parts may be added, each empty where a model of today has none.
 */
public final class TextWeights {
    private record Parts(
            EmbeddingTable tokenEmbedding,
            float[] positionEmbedding,
            Optional<LayerNormWeights> lnPre,
            List<BlockWeights> blocks,
            Optional<LayerNormWeights> lnFinal,
            Optional<LinearWeights> projectionHidden,
            Optional<LinearWeights> projection) {}

    private final Parts parts;

    private TextWeights(Parts parts) {
        this.parts = parts;
    }

    /**
     * A text tower.
     *
     * @param tokenEmbedding [V, W]
     * @param positionEmbedding [C, W]
     * @param blocks the first layer first
     * @param lnFinal [W]
     * @param projection [E, W]
     */
    public static TextWeights of(
            EmbeddingTable tokenEmbedding,
            float[] positionEmbedding,
            List<BlockWeights> blocks,
            LayerNormWeights lnFinal,
            LinearWeights projection) {
        return of(tokenEmbedding, positionEmbedding, blocks, lnFinal, Optional.of(projection));
    }

    /**
     * A text tower.
     *
     * @param tokenEmbedding [V, W]
     * @param positionEmbedding [C, W]
     * @param blocks the first layer first
     * @param lnFinal [W]
     * @param projection [E, W], if there is one
     */
    public static TextWeights of(
            EmbeddingTable tokenEmbedding,
            float[] positionEmbedding,
            List<BlockWeights> blocks,
            LayerNormWeights lnFinal,
            Optional<LinearWeights> projection) {
        return of(
                tokenEmbedding,
                positionEmbedding,
                Optional.empty(),
                blocks,
                Optional.of(lnFinal),
                Optional.empty(),
                projection);
    }

    /**
     * A text tower.
     *
     * @param tokenEmbedding [V, W]
     * @param positionEmbedding [C, W]
     * @param lnPre [W], if there is one
     * @param blocks the first layer first
     * @param lnFinal [W], if there is one
     * @param projectionHidden the first matrix of a projection by an MLP, [(W + E) / 2, W]
     * @param projection [E, W], or the last matrix of an MLP, [E, (W + E) / 2], if there is one
     */
    public static TextWeights of(
            EmbeddingTable tokenEmbedding,
            float[] positionEmbedding,
            Optional<LayerNormWeights> lnPre,
            List<BlockWeights> blocks,
            Optional<LayerNormWeights> lnFinal,
            Optional<LinearWeights> projectionHidden,
            Optional<LinearWeights> projection) {
        return new TextWeights(
                new Parts(tokenEmbedding, positionEmbedding, lnPre, blocks, lnFinal, projectionHidden, projection));
    }

    /** The same with its table and each of its matrices replaced by what the operators make of it. */
    public TextWeights withMatrices(UnaryOperator<PanelMatrix> matrices, UnaryOperator<EmbeddingTable> tables) {
        return of(
                tables.apply(parts.tokenEmbedding),
                parts.positionEmbedding,
                parts.lnPre,
                parts.blocks.stream().map(block -> block.withMatrices(matrices)).toList(),
                parts.lnFinal,
                parts.projectionHidden.map(hidden -> hidden.withMatrix(matrices)),
                parts.projection.map(projection -> projection.withMatrix(matrices)));
    }

    /** [V, W]. */
    public EmbeddingTable tokenEmbedding() {
        return parts.tokenEmbedding;
    }

    /** [C, W]. */
    public float[] positionEmbedding() {
        return parts.positionEmbedding;
    }

    /** The first layer first. */
    public List<BlockWeights> blocks() {
        return parts.blocks;
    }

    /** [W], if there is one. */
    public Optional<LayerNormWeights> lnPre() {
        return parts.lnPre;
    }

    /**
     * [W].
     *
     * @throws java.util.NoSuchElementException if the tower has none, as its configuration says
     */
    public LayerNormWeights lnFinal() {
        return parts.lnFinal.orElseThrow();
    }

    /** [(W + E) / 2, W], of a projection by an MLP. */
    public Optional<LinearWeights> projectionHidden() {
        return parts.projectionHidden;
    }

    /**
     * [E, W]; of a projection by an MLP [E, (W + E) / 2].
     *
     * @throws java.util.NoSuchElementException if the tower has none, as its configuration says
     */
    public LinearWeights projection() {
        return parts.projection.orElseThrow();
    }
}
