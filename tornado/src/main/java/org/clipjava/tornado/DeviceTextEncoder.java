package org.clipjava.tornado;

import java.util.List;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TextConfig;
import org.clipjava.encoder.TextEncoder;
import org.clipjava.text.TokenSequence;
import org.clipjava.weights.EmbeddingTable;
import org.clipjava.weights.TextWeights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The text tower as one program. Texts lie behind each other, each up to its end token. Not thread-safe. */
final class DeviceTextEncoder implements TextEncoder {
    private final Program program;
    private final TextConfig config;
    private final int projection;
    private final TransformerProgram transformer;

    /** [C] */
    private final IntArray ids;

    /** [texts, E] */
    private final FloatArray embeddings;

    /**
     * Writes the tower into a program that has nothing else.
     *
     * @param rowsAtOnce how many rows a run should have at the most; a text may have more
     * @param textsAtOnce how many texts a run has at the most
     */
    DeviceTextEncoder(ClipConfig clip, TextWeights weights, Program program, int rowsAtOnce, int textsAtOnce) {
        this.program = program;
        this.config = clip.text();
        this.projection = clip.embedDim();
        int width = config.tower().width();
        int capacity = Math.max(rowsAtOnce, config.contextLength());
        this.transformer =
                new TransformerProgram(program, config.tower(), capacity, textsAtOnce, config.contextLength());
        this.ids = new IntArray(capacity);
        program.inputs(
                ids,
                transformer.firstKey,
                transformer.keys,
                transformer.pooled,
                transformer.rows,
                transformer.sequences);

        FloatArray table = table(weights.tokenEmbedding());
        FloatArray positions = Layout.dense(weights.positionEmbedding());
        program.constants(table, positions);
        program.task(
                "embed",
                Kernels::embed,
                table,
                positions,
                ids,
                transformer.keys,
                transformer.x,
                transformer.rows,
                capacity,
                width);
        transformer.blocks(weights.blocks());
        this.embeddings = transformer.pool(weights.lnFinal(), weights.projection());
        program.results(embeddings);
    }

    private static FloatArray table(EmbeddingTable embeddings) {
        FloatArray table = new FloatArray(Math.multiplyExact(embeddings.rows(), embeddings.columns()));
        float[] row = new float[embeddings.columns()];
        for (int i = 0; i < embeddings.rows(); i++) {
            embeddings.readRow(i, row, 0);
            Layout.copy(row, table, i * row.length);
        }
        return table;
    }

    @Override
    public float[][] encode(List<TokenSequence> texts) {
        List<int[]> tokens =
                texts.stream().map(text -> config.upToPooled(text.ids())).toList();
        float[][] encoded = new float[tokens.size()][];
        for (int first = 0; first < encoded.length; ) {
            int count = load(tokens, first);
            program.run();
            for (int i = 0; i < count; i++) {
                encoded[first + i] = Layout.row(embeddings, i, projection);
            }
            first += count;
        }
        return encoded;
    }

    /** Lays out as many texts as a run takes, from {@code first} on; how many these are. */
    private int load(List<int[]> texts, int first) {
        int row = 0;
        int count = 0;
        while (count < transformer.sequenceCapacity
                && first + count < texts.size()
                && row + texts.get(first + count).length <= transformer.capacity) {
            int[] text = texts.get(first + count);
            for (int position = 0; position < text.length; position++) {
                ids.set(row + position, text[position]);
                transformer.firstKey.set(row + position, row);
                transformer.keys.set(row + position, position + 1);
            }
            row += text.length;
            transformer.pooled.set(count, row - 1);
            count++;
        }
        transformer.rows.set(0, row);
        transformer.sequences.set(0, count);
        return count;
    }

    /** A forward pass over nothing, which compiles the program and brings the weights in. */
    void runEmpty() {
        load(List.of(), 0);
        program.run();
    }
}
