package org.clipjava.model;

import java.lang.foreign.Arena;
import java.util.List;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Sequences;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.ClipConfig;
import org.clipjava.weights.ClipWeights;
import org.clipjava.weights.LayerNormWeights;

/**
 * The image tower: a vision transformer (Dosovitskiy et al., 2020) with CLIP's extra LayerNorm before the first layer,
 * pooled at the class token.
 */
public final class VisionTransformer implements ImageEncoder {
    /** Rows that go through a layer together: enough to use a weight well once it is in the cache, not so many that they fall out of it. */
    private static final int ROWS_AT_ONCE = 400;

    private final ClipConfig.Vision config;
    private final Kernels kernels;
    private final PatchEmbedding patchEmbedding;
    private final LayerNormWeights lnPre;
    private final List<ResidualAttentionBlock> blocks;
    private final LayerNormWeights lnPost;
    private final Linear projection;
    private final Workspace.Pool workspaces;

    /**
     * Packs the weights; the file that they came from is not needed afterwards.
     *
     * @param arena holds the packed weights for as long as this encoder is used
     */
    public VisionTransformer(ClipWeights weights, Kernels kernels, Workspace.Pool workspaces, Arena arena) {
        ClipWeights.Vision vision = weights.vision();
        this.config = weights.config().vision();
        this.kernels = kernels;
        this.patchEmbedding = PatchEmbedding.of(config, kernels, vision, arena);
        this.lnPre = vision.lnPre();
        this.blocks = ResidualAttentionBlock.stack(
                kernels,
                vision.blocks(),
                config.tower().heads(),
                false,
                weights.config().activation(),
                arena);
        this.lnPost = vision.lnPost();
        this.projection = Linear.of(kernels, vision.projection(), arena);
        this.workspaces = workspaces;
    }

    @Override
    public float[][] encode(List<PixelTensor> pictures) {
        for (PixelTensor picture : pictures) {
            if (picture.height() != config.imageSize() || picture.width() != config.imageSize()) {
                throw new IllegalArgumentException("expected pixels of %1$d x %1$d, found %2$d x %3$d"
                        .formatted(config.imageSize(), picture.height(), picture.width()));
            }
        }
        float[][] embeddings = new float[pictures.size()][];
        int chunk = Math.max(1, ROWS_AT_ONCE / config.tokens());
        try (Workspace work = workspaces.take()) {
            for (int i = 0; i < embeddings.length; i += chunk) {
                List<PixelTensor> some = pictures.subList(i, Math.min(i + chunk, embeddings.length));
                float[] out = forward(some, work, HiddenStates.UNOBSERVED);
                Rows.split(out, projection.outputs(), embeddings, i);
            }
        }
        return embeddings;
    }

    /** One forward pass, [B, 3, S, S] to [B, E]. */
    float[] forward(List<PixelTensor> pictures, Workspace work, HiddenStates states) {
        int batch = pictures.size();
        int width = config.tower().width();
        Sequences sequences = Sequences.uniform(batch, config.tokens());
        int rows = sequences.rows();
        float[] x = work.get(Buffer.STATES, rows * width);

        patchEmbedding.forward(pictures, x, work);
        states.computed("embeddings", x, rows);
        kernels.layerNorm(x, rows, lnPre, x, work.workers());
        states.computed("ln_pre", x, rows);
        for (int i = 0; i < blocks.size(); i++) {
            blocks.get(i).forward(x, sequences, work);
            states.computed("layer." + i, x, rows);
        }

        float[] pooled = work.get(Buffer.NORMED, batch * width);
        Rows.gather(x, width, sequences::start, pooled, batch);
        kernels.layerNorm(pooled, batch, lnPost, pooled, work.workers());
        states.computed("ln_post", pooled, batch);
        float[] embeddings = new float[batch * projection.outputs()];
        projection.forward(pooled, batch, Epilogue.STORE, embeddings, work.workers());
        return embeddings;
    }
}
