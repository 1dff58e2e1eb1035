package org.clipjava.model;

import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Span;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.ClipConfig;
import org.clipjava.weights.ClipWeights;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;

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
    private final LinearWeights projection;
    private final Workspace.Pool workspaces;

    /**
     * A tower over weights that must stay reachable for as long as it is used.
     *
     * @param workspaces where calls take their buffers and workers from
     */
    public VisionTransformer(ClipConfig clip, ClipWeights.Vision vision, Kernels kernels, Workspace.Pool workspaces) {
        this.config = clip.vision();
        this.kernels = kernels;
        this.patchEmbedding = PatchEmbedding.of(config, kernels, vision);
        this.lnPre = vision.lnPre();
        this.blocks = ResidualAttentionBlock.stack(
                kernels, vision.blocks(), config.tower().heads(), clip.activation());
        this.lnPost = vision.lnPost();
        this.projection = vision.projection();
        this.workspaces = workspaces;
    }

    @Override
    public float[][] encode(List<PixelTensor> pictures) {
        pictures.forEach(picture -> config.requireSize(picture.height(), picture.width()));
        float[][] embeddings = new float[pictures.size()][];
        int chunk = Math.max(1, ROWS_AT_ONCE / config.tokens());
        try (Workspace work = workspaces.take()) {
            for (int i = 0; i < embeddings.length; i += chunk) {
                List<PixelTensor> some = pictures.subList(i, Math.min(i + chunk, embeddings.length));
                forward(some, work, embeddings, i);
            }
        }
        return embeddings;
    }

    /** One forward pass, from [B, 3, S, S] to B rows of {@code embeddings} from {@code first} on. */
    private void forward(List<PixelTensor> pictures, Workspace work, float[][] embeddings, int first) {
        int tokens = config.tokens();
        Activations x = embed(pictures, work);
        kernels.layerNorm(x, lnPre, x, work.workers());
        List<Span> spans = spans(pictures.size());
        for (ResidualAttentionBlock block : blocks.subList(0, blocks.size() - 1)) {
            block.forward(x, spans, work);
        }
        List<Span> classTokens = IntStream.range(0, pictures.size())
                .mapToObj(i -> new Span(i, 1, spans.get(i).keys(), false))
                .toList();
        Activations pooled = blocks.getLast().forwardPooled(x, i -> i * tokens, classTokens, work);
        kernels.layerNorm(pooled, lnPost, pooled, work.workers());
        Pooling.project(kernels, pooled, projection, work, embeddings, i -> first + i);
    }

    private Activations embed(List<PixelTensor> pictures, Workspace work) {
        Activations x = work.get(
                Buffer.STATES, pictures.size() * config.tokens(), config.tower().width());
        patchEmbedding.forward(pictures, x, work);
        return x;
    }

    /** Every token of a picture sees all of them. */
    private List<Span> spans(int pictures) {
        return IntStream.range(0, pictures)
                .mapToObj(i -> Span.of(i * config.tokens(), config.tokens()))
                .toList();
    }

    /** The textbook's forward pass, which takes all tokens through all layers, so that each can be looked at. */
    void observe(List<PixelTensor> pictures, HiddenStates states) {
        try (Workspace work = workspaces.take()) {
            Activations x = embed(pictures, work);
            states.computed("embeddings", x);
            kernels.layerNorm(x, lnPre, x, work.workers());
            states.computed("ln_pre", x);
            for (int i = 0; i < blocks.size(); i++) {
                blocks.get(i).forward(x, spans(pictures.size()), work);
                states.computed("layer." + i, x);
            }
            kernels.layerNorm(x, lnPost, x, work.workers());
            states.computed("ln_post", x);
        }
    }
}
