package org.clipjava.weights;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;

/**
 * Every tensor of a model, shape-checked. Matrices are views of the file's memory and live as long as it does.
 *
 * @param logitScale as trained, a logarithm
 */
public record ClipWeights(ClipConfig config, Vision vision, Text text, float logitScale) {

    /**
     * The image tower.
     *
     * @param classEmbedding [W]
     * @param patchEmbedding [W, 3·P·P]
     * @param positionEmbedding [N, W]
     * @param lnPre [W]
     * @param lnPost [W]
     * @param projection [E, W]
     */
    public record Vision(
            float[] classEmbedding,
            LinearWeights patchEmbedding,
            float[] positionEmbedding,
            LayerNormWeights lnPre,
            List<BlockWeights> blocks,
            LayerNormWeights lnPost,
            LinearWeights projection) {

        /** The same with its matrices in memory of their own. */
        public Vision copy(WeightCopier copier) throws IOException {
            withMatrices(copier::add);
            copier.copy();
            return withMatrices(copier::copied);
        }

        private Vision withMatrices(UnaryOperator<PanelMatrix> matrices) {
            return new Vision(
                    classEmbedding,
                    patchEmbedding.withMatrix(matrices),
                    positionEmbedding,
                    lnPre,
                    blocks.stream().map(block -> block.withMatrices(matrices)).toList(),
                    lnPost,
                    projection.withMatrix(matrices));
        }
    }

    /**
     * The text tower.
     *
     * @param tokenEmbedding [V, W]
     * @param positionEmbedding [C, W]
     * @param lnFinal [W]
     * @param projection [E, W]
     */
    public record Text(
            EmbeddingTable tokenEmbedding,
            float[] positionEmbedding,
            List<BlockWeights> blocks,
            LayerNormWeights lnFinal,
            LinearWeights projection) {

        /** The same with its matrices in memory of their own. */
        public Text copy(WeightCopier copier) throws IOException {
            withMatrices(copier::add);
            copier.add(tokenEmbedding);
            copier.copy();
            Text copied = withMatrices(copier::copied);
            return new Text(
                    copier.copied(tokenEmbedding), positionEmbedding, copied.blocks, lnFinal, copied.projection);
        }

        private Text withMatrices(UnaryOperator<PanelMatrix> matrices) {
            return new Text(
                    tokenEmbedding,
                    positionEmbedding,
                    blocks.stream().map(block -> block.withMatrices(matrices)).toList(),
                    lnFinal,
                    projection.withMatrix(matrices));
        }
    }

    /**
     * Finds and checks all tensors that {@code docs/model-file.md} lists.
     *
     * @param allowNonFinite whether weights may be infinite or not a number
     * @throws ModelFormatException if one is missing, of another shape or type than the configuration asks for, not
     *     finite, or unknown
     */
    public static ClipWeights of(SafetensorsFile file, boolean allowNonFinite) throws IOException {
        if (file.tensor("visual_projection.weight").isPresent()) {
            throw new ModelFormatException(
                    file.name()
                            + ": expected a model file, found a Hugging Face checkpoint; convert its folder first: clip convert FOLDER -o MODEL");
        }
        ClipConfig config = ClipConfig.parse(file.metadata(), file.name());
        TensorReader tensors = new TensorReader(file, config.layerNormEps(), allowNonFinite);
        ClipWeights weights =
                new ClipWeights(config, vision(tensors, config), text(tensors, config), tensors.scalar("logit_scale"));
        tensors.refuseUnread();
        return weights;
    }

    private static Vision vision(TensorReader tensors, ClipConfig config) throws IOException {
        TowerConfig tower = config.vision().tower();
        int width = tower.width();
        return new Vision(
                tensors.floats("vision.class_embedding", width),
                tensors.linear("vision.patch_embedding", width, config.vision().patchValues()),
                tensors.floats("vision.position_embedding", config.vision().tokens(), width),
                tensors.layerNorm("vision.ln_pre", width),
                tensors.blocks("vision", tower),
                tensors.layerNorm("vision.ln_post", width),
                tensors.linear("vision.projection", config.projection(), width));
    }

    private static Text text(TensorReader tensors, ClipConfig config) throws IOException {
        TowerConfig tower = config.text().tower();
        int width = tower.width();
        return new Text(
                tensors.table("text.token_embedding", config.text().vocabularySize(), width),
                tensors.floats("text.position_embedding", config.text().contextLength(), width),
                tensors.blocks("text", tower),
                tensors.layerNorm("text.ln_final", width),
                tensors.linear("text.projection", config.projection(), width));
    }
}
