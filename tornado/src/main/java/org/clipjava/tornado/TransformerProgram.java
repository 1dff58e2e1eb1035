package org.clipjava.tornado;

import java.util.List;
import org.clipjava.config.TowerConfig;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What both towers have in common, written into a program: residual attention blocks, pooling, projection. Sequences of any
 * lengths lie behind each other, without padding between them.
 */
final class TransformerProgram {
    private final Program program;
    private final TowerConfig config;
    private final int mostKeys;

    /** C: the most rows of a run. */
    final int capacity;

    /** The most sequences of a run. */
    final int sequenceCapacity;

    /** [1]: M, the rows of a run. */
    final IntArray rows = new IntArray(1);

    /** [1]: the sequences of a run. */
    final IntArray sequences = new IntArray(1);

    /** [C]: the first row that a row sees. */
    final IntArray firstKey;

    /** [C]: how many rows a row sees from there on. */
    final IntArray keys;

    /** [sequences]: which row of each is pooled. */
    final IntArray pooled;

    /** The residual stream, [C, W]. */
    final FloatArray x;

    /** What a LayerNorm makes of it, [C, W]. */
    private final FloatArray normed;

    /**
     * A transformer without layers.
     *
     * @param mostKeys the most rows that a row sees
     */
    TransformerProgram(Program program, TowerConfig config, int capacity, int sequenceCapacity, int mostKeys) {
        this.program = program;
        this.config = config;
        this.mostKeys = mostKeys;
        this.capacity = capacity;
        this.sequenceCapacity = sequenceCapacity;
        this.firstKey = new IntArray(capacity);
        this.keys = new IntArray(capacity);
        this.pooled = new IntArray(sequenceCapacity);
        this.x = Layout.activations(capacity, config.width());
        this.normed = Layout.activations(capacity, config.width());
    }

    /** One residual attention block after the other, over {@link #x}. */
    void blocks(List<BlockWeights> blocks) {
        int width = config.width();
        int heads = config.heads();
        FloatArray qkv = Layout.activations(capacity, 3 * width);
        FloatArray weights = new FloatArray(
                Math.multiplyExact(Math.multiplyExact(Layout.roundUp(capacity, Kernels.TILE_ROWS), heads), mostKeys));
        FloatArray branch = Layout.activations(capacity, width);
        FloatArray mixed = Layout.activations(capacity, width);
        FloatArray hidden = Layout.activations(capacity, config.mlpWidth());
        for (int i = 0; i < blocks.size(); i++) {
            BlockWeights block = blocks.get(i);
            String name = "block" + i;
            layerNorm(name + "Ln1", x, block.ln1(), normed);
            linear(name + "Qkv", normed, block.qkv(), qkv);
            program.task(
                    name + "Weights",
                    Kernels::attentionWeights,
                    qkv,
                    firstKey,
                    keys,
                    weights,
                    rows,
                    capacity,
                    width,
                    heads,
                    mostKeys);
            program.task(
                    name + "Mix",
                    Kernels::attentionMix,
                    qkv,
                    firstKey,
                    keys,
                    weights,
                    mixed,
                    rows,
                    capacity,
                    width,
                    heads,
                    mostKeys);
            linear(name + "Out", mixed, block.out(), branch);
            program.task(name + "Attended", Kernels::add, branch, x, rows, capacity, width);

            layerNorm(name + "Ln2", x, block.ln2(), normed);
            linear(name + "Fc1", normed, block.fc1(), hidden);
            switch (config.activation()) {
                case QUICK_GELU ->
                    program.task(name + "QuickGelu", Kernels::quickGelu, hidden, rows, capacity, config.mlpWidth());
                case GELU -> program.task(name + "Gelu", Kernels::gelu, hidden, rows, capacity, config.mlpWidth());
                case GELU_TANH -> throw new IllegalStateException("the backend refuses it");
            }
            linear(name + "Fc2", hidden, block.fc2(), branch);
            program.task(name + "Added", Kernels::add, branch, x, rows, capacity, width);
        }
    }

    /**
     * The end: the pooled rows, normalised and projected.
     *
     * @return [sequences, E]
     */
    FloatArray pool(LayerNormWeights ln, LinearWeights projection) {
        FloatArray few = Layout.activations(sequenceCapacity, config.width());
        FloatArray fewNormed = Layout.activations(sequenceCapacity, config.width());
        FloatArray embeddings =
                Layout.activations(sequenceCapacity, projection.weight().outputs());
        program.task("pool", Kernels::gather, x, pooled, few, sequences, sequenceCapacity, config.width());
        layerNorm("lnPost", few, ln, fewNormed, sequences, sequenceCapacity);
        linear("projection", fewNormed, projection, embeddings, sequences, sequenceCapacity);
        return embeddings;
    }

    void layerNorm(String name, FloatArray from, LayerNormWeights weights, FloatArray to) {
        layerNorm(name, from, weights, to, rows, capacity);
    }

    private void layerNorm(
            String name, FloatArray from, LayerNormWeights weights, FloatArray to, IntArray count, int most) {
        FloatArray weight = Layout.vector(weights.weight(), weights.width());
        FloatArray bias = Layout.vector(weights.bias(), weights.width());
        program.constants(weight, bias);
        program.task(name, Kernels::layerNorm, from, weight, bias, to, count, most, weights.width(), weights.eps());
    }

    private void linear(String name, FloatArray from, LinearWeights weights, FloatArray to) {
        linear(name, from, weights, to, rows, capacity);
    }

    /** A linear layer over the first {@code count} of at most {@code most} rows. */
    void linear(String name, FloatArray from, LinearWeights weights, FloatArray to, IntArray count, int most) {
        int inputs = weights.weight().inputs();
        int outputs = weights.weight().outputs();
        FloatArray weight = Layout.panels(weights.weight());
        FloatArray bias = Layout.vector(weights.bias(), outputs);
        program.constants(weight, bias);
        program.task(name, Kernels::linear, from, weight, bias, to, count, most, inputs, outputs);
    }
}
