package org.clipjava.weights;

import java.util.List;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;

/**
 * Every tensor of a model, shape-checked. Matrices are views of the file's memory: whoever packs or copies them decides
 * how long the file is needed.
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
            LinearWeights projection) {}

    /**
     * The text tower.
     *
     * @param tokenEmbedding [V, W]
     * @param positionEmbedding [C, W]
     * @param lnFinal [W]
     * @param projection [E, W]
     */
    public record Text(
            Matrix tokenEmbedding,
            float[] positionEmbedding,
            List<BlockWeights> blocks,
            LayerNormWeights lnFinal,
            LinearWeights projection) {}

    /**
     * Finds and checks all tensors that {@code docs/model-file.md} lists.
     *
     * @throws ModelFormatException if one is missing, of another shape or type than the configuration asks for, not
     *     finite, or unknown
     */
    public static ClipWeights of(SafetensorsFile file) throws ModelFormatException {
        ClipConfig config = ClipConfig.parse(file.metadata(), file.name());
        TensorReader tensors = new TensorReader(file, config.layerNormEps());
        ClipWeights weights =
                new ClipWeights(config, vision(tensors, config), text(tensors, config), tensors.scalar("logit_scale"));
        tensors.refuseUnread();
        return weights;
    }

    private static Vision vision(TensorReader tensors, ClipConfig config) throws ModelFormatException {
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

    private static Text text(TensorReader tensors, ClipConfig config) throws ModelFormatException {
        TowerConfig tower = config.text().tower();
        int width = tower.width();
        return new Text(
                tensors.matrix("text.token_embedding", config.text().vocabularySize(), width),
                tensors.floats("text.position_embedding", config.text().contextLength(), width),
                tensors.blocks("text", tower),
                tensors.layerNorm("text.ln_final", width),
                tensors.linear("text.projection", config.projection(), width));
    }
}
