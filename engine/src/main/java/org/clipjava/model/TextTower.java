package org.clipjava.model;

import java.util.List;
import java.util.Optional;
import org.clipjava.config.TextConfig;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.text.TokenSequence;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.TextWeights;

/** The text tower: a transformer, under a causal mask or none, pooled as the model wants. */
public final class TextTower implements TextEncoder {
    /** As in the image tower; a text that is longer by itself goes alone. */
    private static final int ROWS_AT_ONCE = 400;

    private final TextConfig config;
    private final Kernels kernels;
    private final EmbeddingTable tokenEmbedding;
    private final float[] positionEmbedding;
    private final Optional<LayerNormWeights> lnPre;
    private final List<? extends TransformerLayer> blocks;
    private final TextPooling pooling;
    private final EmbeddingProjection projection;
    private final Workspace.Pool workspaces;

    /**
     * A tower over weights that must stay reachable for as long as it is used.
     *
     * @param workspaces where calls take their buffers and workers from
     */
    public TextTower(TextConfig config, TextWeights weights, Kernels kernels, Workspace.Pool workspaces) {
        this.config = config;
        this.kernels = kernels;
        this.tokenEmbedding = weights.tokenEmbedding();
        this.positionEmbedding = weights.positionEmbedding();
        this.lnPre = weights.lnPre();
        this.blocks = TransformerLayer.stack(kernels, weights.blocks(), config.tower());
        this.pooling = TextPooling.of(config, kernels, blocks.getLast(), weights);
        this.projection = EmbeddingProjection.of(config.projection(), kernels, weights);
        this.workspaces = workspaces;
    }

    @Override
    public float[][] encode(List<TokenSequence> texts) {
        return encode(texts, HiddenStates.NONE);
    }

    /** The same, and tells of what is computed on the way. */
    float[][] encode(List<TokenSequence> texts, HiddenStates states) {
        List<int[]> tokens =
                texts.stream().map(text -> config.upToPooled(text.ids())).toList();
        float[][] embeddings = new float[tokens.size()][];
        List<PrefixTree> trees = PrefixTree.of(tokens, config.mask(), config::pooledAt, ROWS_AT_ONCE);
        try (Workspace work = workspaces.take()) {
            for (PrefixTree tree : trees) {
                forward(tree, work, embeddings, states);
            }
        }
        return embeddings;
    }

    /** One forward pass over the tokens of a tree, to the rows of {@code embeddings} that its texts have. */
    private void forward(PrefixTree tree, Workspace work, float[][] embeddings, HiddenStates states) {
        states.folded(tree);
        Activations x = work.get(Buffer.STATES, tree.rows(), config.tower().width());
        for (int row = 0; row < tree.rows(); row++) {
            embed(tree.token(row), tree.position(row), x, row);
        }
        states.computed("embeddings", x);
        lnPre.ifPresent(norm -> {
            kernels.layerNorm(x, norm, x, work.workers());
            states.computed("ln_pre", x);
        });
        int last = blocks.size() - 1;
        for (int i = 0; i < last; i++) {
            blocks.get(i).forward(x, tree.spans(), work);
            states.computed("layer." + i, x);
        }
        Activations pooled = pooling.pool(x, tree, work, "layer." + last, states);
        projection.forward(pooled, work, embeddings, tree::text);
    }

    private void embed(int token, int position, Activations x, int row) {
        int width = x.columns();
        float[] embedding = new float[width];
        tokenEmbedding.readRow(token, embedding, 0);
        x.write(embedding, 0, row, 0, width);
        x.add(positionEmbedding, position * width, row, width);
    }
}
