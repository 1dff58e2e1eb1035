package org.clipjava.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Sequences;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.text.TokenSequence;
import org.clipjava.weights.ClipConfig;
import org.clipjava.weights.ClipWeights;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.Matrix;

/** The text tower: a transformer under a causal mask, pooled at the end token. */
public final class TextTransformer implements TextEncoder {
    /** As in the image tower; a text that is longer by itself goes alone. */
    private static final int ROWS_AT_ONCE = 400;

    private final ClipConfig.Text config;
    private final Kernels kernels;
    private final Matrix tokenEmbedding;
    private final float[] positionEmbedding;
    private final List<ResidualAttentionBlock> blocks;
    private final LayerNormWeights lnFinal;
    private final Linear projection;
    private final Workspace.Pool workspaces;

    /**
     * Packs and copies the weights; the file that they came from is not needed afterwards.
     *
     * @param arena holds the weights for as long as this encoder is used
     */
    public TextTransformer(ClipWeights weights, Kernels kernels, Workspace.Pool workspaces, Arena arena) {
        ClipWeights.Text text = weights.text();
        this.config = weights.config().text();
        this.kernels = kernels;
        this.tokenEmbedding = copy(text.tokenEmbedding(), arena);
        this.positionEmbedding = text.positionEmbedding();
        this.blocks = ResidualAttentionBlock.stack(
                kernels,
                text.blocks(),
                config.tower().heads(),
                true,
                weights.config().activation(),
                arena);
        this.lnFinal = text.lnFinal();
        this.projection = Linear.of(kernels, text.projection(), arena);
        this.workspaces = workspaces;
    }

    @Override
    public float[][] encode(List<TokenSequence> texts) {
        // under the causal mask nothing behind the end token can change what is pooled there
        List<int[]> tokens = texts.stream().map(this::upToEnd).toList();
        float[][] embeddings = new float[tokens.size()][];
        try (Workspace work = workspaces.take()) {
            List<int[]> chunk = new ArrayList<>();
            int rows = 0;
            for (int i = 0; i < tokens.size(); i++) {
                chunk.add(tokens.get(i));
                rows += tokens.get(i).length;
                if (i + 1 == tokens.size() || rows + tokens.get(i + 1).length > ROWS_AT_ONCE) {
                    float[] out = forward(chunk, work, HiddenStates.UNOBSERVED);
                    Rows.split(out, projection.outputs(), embeddings, i + 1 - chunk.size());
                    chunk.clear();
                    rows = 0;
                }
            }
        }
        return embeddings;
    }

    private int[] upToEnd(TokenSequence text) {
        if (text.length() > config.contextLength()) {
            throw new IllegalArgumentException(
                    "expected at most " + config.contextLength() + " tokens, found " + text.length());
        }
        int[] ids = text.ids();
        for (int id : ids) {
            if (id >= config.vocabularySize()) {
                throw new IllegalArgumentException(
                        "expected token ids below " + config.vocabularySize() + ", found " + id);
            }
        }
        int[] used = new int[endPosition(ids) + 1];
        System.arraycopy(ids, 0, used, 0, used.length);
        return used;
    }

    private int endPosition(int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == config.endToken()) {
                return i;
            }
        }
        throw new IllegalArgumentException("expected an end token, " + config.endToken() + ", to pool the text at");
    }

    /** One forward pass over all tokens given, to [B, E]. */
    float[] forward(List<int[]> texts, Workspace work, HiddenStates states) {
        int batch = texts.size();
        int width = config.tower().width();
        Sequences sequences =
                Sequences.ofLengths(texts.stream().mapToInt(ids -> ids.length).toArray());
        int rows = sequences.rows();
        float[] x = work.get(Buffer.STATES, rows * width);

        for (int i = 0; i < batch; i++) {
            embed(texts.get(i), x, sequences.start(i) * width);
        }
        states.computed("embeddings", x, rows);
        for (int i = 0; i < blocks.size(); i++) {
            blocks.get(i).forward(x, sequences, work);
            states.computed("layer." + i, x, rows);
        }

        float[] pooled = work.get(Buffer.NORMED, batch * width);
        Rows.gather(x, width, i -> sequences.start(i) + endPosition(texts.get(i)), pooled, batch);
        kernels.layerNorm(pooled, batch, lnFinal, pooled, work.workers());
        states.computed("ln_final", pooled, batch);
        float[] embeddings = new float[batch * projection.outputs()];
        projection.forward(pooled, batch, Epilogue.STORE, embeddings, work.workers());
        return embeddings;
    }

    private void embed(int[] ids, float[] x, int offset) {
        int width = tokenEmbedding.columns();
        for (int i = 0; i < ids.length; i++) {
            int to = offset + i * width;
            tokenEmbedding.readRow(ids[i], x, to);
            for (int j = 0; j < width; j++) {
                x[to + j] += positionEmbedding[i * width + j];
            }
        }
    }

    private static Matrix copy(Matrix matrix, Arena arena) {
        MemorySegment data = arena.allocate(matrix.data().byteSize(), 64).copyFrom(matrix.data());
        return new Matrix(matrix.type(), matrix.rows(), matrix.columns(), data, matrix.scales());
    }
}
