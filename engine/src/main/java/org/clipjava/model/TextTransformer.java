package org.clipjava.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Span;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.text.TokenSequence;
import org.clipjava.weights.ClipConfig;
import org.clipjava.weights.ClipWeights;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;

/** The text tower: a transformer under a causal mask, pooled at the end token. */
public final class TextTransformer implements TextEncoder {
    /** As in the image tower; a text that is longer by itself goes alone. */
    private static final int ROWS_AT_ONCE = 400;

    private final ClipConfig.Text config;
    private final Kernels kernels;
    private final EmbeddingTable tokenEmbedding;
    private final float[] positionEmbedding;
    private final List<ResidualAttentionBlock> blocks;
    private final LayerNormWeights lnFinal;
    private final LinearWeights projection;
    private final Workspace.Pool workspaces;

    /**
     * A tower over weights that must stay reachable for as long as it is used.
     *
     * @param workspaces where calls take their buffers and workers from
     */
    public TextTransformer(ClipConfig clip, ClipWeights.Text text, Kernels kernels, Workspace.Pool workspaces) {
        this.config = clip.text();
        this.kernels = kernels;
        this.tokenEmbedding = text.tokenEmbedding();
        this.positionEmbedding = text.positionEmbedding();
        this.blocks = ResidualAttentionBlock.stack(
                kernels, text.blocks(), config.tower().heads(), clip.activation());
        this.lnFinal = text.lnFinal();
        this.projection = text.projection();
        this.workspaces = workspaces;
    }

    @Override
    public float[][] encode(List<TokenSequence> texts) {
        List<int[]> tokens =
                texts.stream().map(text -> config.upToEnd(text.ids())).toList();
        float[][] embeddings = new float[tokens.size()][];
        List<PrefixTree> trees = PrefixTree.of(tokens, ROWS_AT_ONCE);
        try (Workspace work = workspaces.take()) {
            for (PrefixTree tree : trees) {
                forward(tree, work, embeddings);
            }
        }
        return embeddings;
    }

    /** One forward pass over the tokens of a tree, to the rows of {@code embeddings} that its texts have. */
    private void forward(PrefixTree tree, Workspace work, float[][] embeddings) {
        Activations x = work.get(Buffer.STATES, tree.rows(), config.tower().width());
        for (int row = 0; row < tree.rows(); row++) {
            embed(tree.token(row), tree.position(row), x, row);
        }
        for (ResidualAttentionBlock block : blocks.subList(0, blocks.size() - 1)) {
            block.forward(x, tree.spans(), work);
        }
        Activations pooled = blocks.getLast().forwardPooled(x, tree::endRow, tree.endSpans(), work);
        kernels.layerNorm(pooled, lnFinal, pooled, work.workers());
        Pooling.project(kernels, pooled, projection, work, embeddings, tree::text);
    }

    private void embed(int token, int position, Activations x, int row) {
        int width = x.columns();
        float[] embedding = new float[width];
        tokenEmbedding.readRow(token, embedding, 0);
        x.write(embedding, 0, row, 0, width);
        x.add(positionEmbedding, position * width, row, width);
    }

    /**
     * The textbook's forward pass, which takes all tokens given through all layers, each text by itself, so that each can be
     * looked at.
     */
    void observe(List<int[]> texts, HiddenStates states) {
        List<Span> spans = new ArrayList<>();
        int rows = 0;
        for (int[] ids : texts) {
            int first = rows;
            spans.add(new Span(
                    first,
                    ids.length,
                    IntStream.range(first, first + ids.length).toArray(),
                    true));
            rows += ids.length;
        }
        try (Workspace work = workspaces.take()) {
            Activations x = work.get(Buffer.STATES, rows, config.tower().width());
            for (int i = 0; i < texts.size(); i++) {
                for (int position = 0; position < texts.get(i).length; position++) {
                    embed(texts.get(i)[position], position, x, spans.get(i).firstQuery() + position);
                }
            }
            states.computed("embeddings", x);
            for (int i = 0; i < blocks.size(); i++) {
                blocks.get(i).forward(x, spans, work);
                states.computed("layer." + i, x);
            }
            kernels.layerNorm(x, lnFinal, x, work.workers());
            states.computed("ln_final", x);
        }
    }
}
