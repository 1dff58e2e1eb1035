package org.clipjava.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Span;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.VisionWeights;

/**
 * The image tower: a vision transformer (Dosovitskiy et al., 2020), with CLIP's extra LayerNorm before the first layer where the model
 * has it, pooled as the model wants.
 */
public final class ImageTower implements ImageEncoder {
    /** Rows that go through a layer together: enough to use a weight well once it is in the cache, not so many that they fall out of it. */
    private static final int ROWS_AT_ONCE = 400;

    private final VisionConfig config;
    private final Kernels kernels;
    private final PatchEmbedding patchEmbedding;
    private final Optional<LayerNormWeights> lnPre;
    private final List<ResidualAttentionBlock> blocks;
    private final ImagePooling pooling;
    private final EmbeddingProjection projection;
    private final Workspace.Pool workspaces;

    /**
     * A tower over weights that must stay reachable for as long as it is used.
     *
     * @param workspaces where calls take their buffers and workers from
     */
    public ImageTower(VisionConfig config, VisionWeights weights, Kernels kernels, Workspace.Pool workspaces) {
        this.config = config;
        this.kernels = kernels;
        this.patchEmbedding = PatchEmbedding.of(config, kernels, weights);
        this.lnPre = weights.lnPre();
        this.blocks = ResidualAttentionBlock.stack(kernels, weights.blocks(), config.tower());
        this.pooling = ImagePooling.of(config, kernels, blocks, weights);
        this.projection = EmbeddingProjection.of(config.projection(), kernels, weights);
        this.workspaces = workspaces;
    }

    @Override
    public float[][] encode(List<PixelTensor> pictures) {
        return encode(pictures, HiddenStates.NONE);
    }

    /** The same, and tells of what is computed on the way. */
    float[][] encode(List<PixelTensor> pictures, HiddenStates states) {
        pictures.forEach(picture -> config.requireSize(picture.height(), picture.width()));
        float[][] embeddings = new float[pictures.size()][];
        int chunk = Math.max(1, ROWS_AT_ONCE / config.tokens());
        try (Workspace work = workspaces.take()) {
            for (int i = 0; i < embeddings.length; i += chunk) {
                List<PixelTensor> some = pictures.subList(i, Math.min(i + chunk, embeddings.length));
                forward(some, work, embeddings, i, states);
            }
        }
        return embeddings;
    }

    /** One forward pass, from [B, 3, S, S] to B rows of {@code embeddings} from {@code first} on. */
    private void forward(
            List<PixelTensor> pictures, Workspace work, float[][] embeddings, int first, HiddenStates states) {
        Activations x = work.get(
                Buffer.STATES, pictures.size() * config.tokens(), config.tower().width());
        patchEmbedding.forward(pictures, x, work);
        states.computed("embeddings", x);
        if (lnPre.isPresent()) {
            kernels.layerNorm(x, lnPre.get(), x, work.workers());
            states.computed("ln_pre", x);
        }
        List<Span> spans = spans(pictures.size());
        int last = blocks.size() - 1;
        for (int i = 0; i < last; i++) {
            blocks.get(i).forward(x, spans, work);
            states.computed("layer." + i, x);
        }
        Activations pooled = pooling.pool(x, spans, work, "layer." + last, states);
        projection.forward(pooled, work, embeddings, i -> first + i);
    }

    /** Every token of a picture sees all of them. */
    private List<Span> spans(int pictures) {
        return IntStream.range(0, pictures)
                .mapToObj(i -> Span.of(i * config.tokens(), config.tokens()))
                .toList();
    }
}
