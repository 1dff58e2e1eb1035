package org.clipjava.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.clipjava.config.ImagePool;
import org.clipjava.config.PatchMethod;
import org.clipjava.config.VisionConfig;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.PatchStates;
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
    private final PatchLayer patchLayer;
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
        this.blocks = ResidualAttentionBlock.stack(
                kernels, weights.blocks(), config.tower(), config.rotary().map(rotary -> Rotation.of(config, rotary)));
        this.pooling = ImagePooling.of(config, kernels, blocks, weights);
        this.projection = EmbeddingProjection.of(config.projection(), kernels, weights);
        this.patchLayer = new PatchLayer(kernels, blocks.getLast(), weights.lnPost(), projection);
        this.workspaces = workspaces;
    }

    @Override
    public float[][] encode(List<PixelTensor> pictures) {
        return encode(pictures, HiddenStates.NONE);
    }

    /** The same, and tells of what is computed on the way. */
    float[][] encode(List<PixelTensor> pictures, HiddenStates states) {
        pictures.forEach(picture -> config.requireSize(picture.height(), picture.width()));
        if (config.anyShape()) {
            pictures.forEach(this::requirePatches);
        }
        float[][] embeddings = new float[pictures.size()][];
        try (Workspace work = workspaces.take()) {
            for (int i = 0; i < embeddings.length; ) {
                PatchGrid grid = PatchGrid.of(config, pictures.get(i));
                List<PixelTensor> some = pictures.subList(i, end(pictures, i, grid));
                Activations x = forwardToLast(some, grid, work, states);
                pool(x, grid.spans(some.size()), work, embeddings, i, states);
                i += some.size();
            }
        }
        return embeddings;
    }

    /** Behind the last picture that goes through the layers together with the first: they are of one grid, and not too many. */
    private int end(List<PixelTensor> pictures, int first, PatchGrid grid) {
        int end = first + 1;
        while (end < pictures.size()
                && (end + 1 - first) * grid.tokens() <= ROWS_AT_ONCE
                && PatchGrid.of(config, pictures.get(end)).equals(grid)) {
            end++;
        }
        return end;
    }

    @Override
    public List<PatchStates> encodePatches(List<PixelTensor> pictures, PatchMethod method) {
        if (!(config.pool() instanceof ImagePool.ClassToken)) {
            throw new UnsupportedOperationException(
                    "this model has no embeddings of patches: it pools by " + config.pool() + ", not at a class token");
        }
        if (config.rotary().isPresent()) {
            throw new UnsupportedOperationException(
                    "this model has no embeddings of patches: its positions are those of one size alone");
        }
        pictures.forEach(this::requirePatches);
        List<PatchStates> states = new ArrayList<>();
        try (Workspace work = workspaces.take()) {
            for (int i = 0; i < pictures.size(); ) {
                PatchGrid grid = PatchGrid.of(config, pictures.get(i));
                int end = end(pictures, i, grid);
                states.addAll(encodePatches(pictures.subList(i, end), grid, method, work));
                i = end;
            }
        }
        return states;
    }

    private void requirePatches(PixelTensor picture) {
        int side = config.patchSize();
        if (picture.height() < side || picture.width() < side) {
            throw new IllegalArgumentException("expected pixels of at least %1$d x %1$d, found %2$d x %3$d"
                    .formatted(side, picture.height(), picture.width()));
        }
        long patches = (long) (picture.height() / side) * (picture.width() / side);
        if (patches > MAX_PATCHES) {
            throw new IllegalArgumentException("expected at most " + MAX_PATCHES + " patches, found " + patches
                    + "; take a smaller size, or tiles");
        }
    }

    /** One forward pass over pictures of one grid. */
    private List<PatchStates> encodePatches(
            List<PixelTensor> pictures, PatchGrid grid, PatchMethod method, Workspace work) {
        List<Span> spans = grid.spans(pictures.size());
        Activations x = forwardToLast(pictures, grid, work, HiddenStates.NONE);
        float[][] pooled = new float[pictures.size()][];
        pool(x, spans, work, pooled, 0, HiddenStates.NONE);
        float[][][] patches = patchLayer.forward(method, x, grid, spans, work);
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> new PatchStates(grid.rows(), grid.columns(), patches[i], pooled[i]))
                .toList();
    }

    /** From [B, 3, height, width] to the states before the last layer, [B·N, W]. */
    private Activations forwardToLast(List<PixelTensor> pictures, PatchGrid grid, Workspace work, HiddenStates states) {
        Activations x = work.get(
                Buffer.STATES,
                Math.multiplyExact(pictures.size(), grid.tokens()),
                config.tower().width());
        patchEmbedding.forward(pictures, grid, x, work);
        states.computed("embeddings", x);
        if (lnPre.isPresent()) {
            kernels.layerNorm(x, lnPre.get(), x, work.workers());
            states.computed("ln_pre", x);
        }
        List<Span> spans = grid.spans(pictures.size());
        for (int i = 0; i < blocks.size() - 1; i++) {
            blocks.get(i).forward(x, spans, work);
            states.computed("layer." + i, x);
        }
        return x;
    }

    /** Through the last layer to B rows of {@code embeddings} from {@code first} on; leaves {@code x} as it is. */
    private void pool(
            Activations x, List<Span> spans, Workspace work, float[][] embeddings, int first, HiddenStates states) {
        Activations pooled = pooling.pool(x, spans, work, "layer." + (blocks.size() - 1), states);
        projection.forward(pooled, work, embeddings, i -> first + i);
    }
}
