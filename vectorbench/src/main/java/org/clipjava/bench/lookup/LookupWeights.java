package org.clipjava.bench.lookup;

/**
 * A layer's weights as indices into {@link LookupTables}: of six weights of an output, the bits of one significance.
 *
 * <p>The indices lie as the kernels read them: [blocks of K, ⌈O / 64⌉, b, groups of the block, 64]. The 64 outputs stand such that a
 * vector's bytes, taken apart by fours, give ints of outputs side by side.
 */
public final class LookupWeights {
    /** Inputs of an index. */
    static final int GROUP = 6;

    /** Outputs side by side, and entries of a table: a vector of 512 bits. */
    static final int WIDTH = 64;

    /** Groups whose sums fit 16 bits, and whose tables, of {@link LookupTables#TILE} rows, the first-level cache. */
    static final int BLOCK = 64;

    /** Groups come in multiples of this, the most digits that are {@link LookupSetting#together}. */
    private static final int STEP = 16;

    private final int bits;
    private final int outputs;
    private final int inputs;
    private final float[] scales;
    private final byte[] indices;

    private LookupWeights(int bits, int outputs, int inputs, float[] scales) {
        this.bits = bits;
        this.outputs = outputs;
        this.inputs = inputs;
        this.scales = scales;
        this.indices = new byte[Math.multiplyExact(groups(inputs) * bits, outputBlocks() * WIDTH)];
    }

    /**
     * Weights that are integers already.
     *
     * @param weights [O, K], each of b bits with its sign
     * @param scales [O]
     */
    public static LookupWeights of(int bits, int outputs, int inputs, byte[] weights, float[] scales) {
        if (weights.length != outputs * inputs || scales.length != outputs) {
            throw new IllegalArgumentException("[" + outputs + ", " + inputs + "] needs other lengths than "
                    + weights.length + " weights and " + scales.length + " scales");
        }
        LookupWeights packed = new LookupWeights(bits, outputs, inputs, scales.clone());
        int unused = Byte.SIZE - bits;
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                byte weight = weights[output * inputs + input];
                if ((byte) (weight << unused) >> unused != weight) {
                    throw new IllegalArgumentException("output " + output + ", input " + input + ": " + weight
                            + " has more than " + bits + " bits");
                }
                int bit = input % GROUP;
                for (int plane = 0; plane < bits; plane++) {
                    packed.indices[packed.place(output, input / GROUP, plane)] |= (byte) ((weight >> plane & 1) << bit);
                }
            }
        }
        return packed;
    }

    /**
     * Weights rounded to b bits, symmetrically: an output's largest becomes 2^(b - 1) - 1.
     *
     * @param weights [O, K]
     */
    public static LookupWeights round(int bits, int outputs, int inputs, float[] weights) {
        byte[] rounded = new byte[weights.length];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            scales[output] = round(bits, weights, output * inputs, inputs, rounded);
        }
        return of(bits, outputs, inputs, rounded, scales);
    }

    /** Rounds an output's weights, from {@code from} on in both arrays; what they are to be multiplied with. */
    public static float round(int bits, float[] weights, int from, int inputs, byte[] rounded) {
        float largest = 0;
        for (int i = from; i < from + inputs; i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        float scale = Math.max(largest / ((1 << (bits - 1)) - 1), Float.MIN_NORMAL);
        for (int i = from; i < from + inputs; i++) {
            rounded[i] = (byte) Math.round(weights[i] / scale);
        }
        return scale;
    }

    int bits() {
        return bits;
    }

    int outputs() {
        return outputs;
    }

    int inputs() {
        return inputs;
    }

    float scale(int output) {
        return scales[output];
    }

    byte[] indices() {
        return indices;
    }

    /** ⌈O / 64⌉. */
    int outputBlocks() {
        return Math.ceilDiv(outputs, WIDTH);
    }

    /** Where the indices of 64 outputs' bits begin, those of a block's groups one behind the other. */
    int offset(int block, int outputBlock, int plane) {
        int rows =
                block * BLOCK * outputBlocks() * bits + (outputBlock * bits + plane) * groupsOf(block, groups(inputs));
        return rows * WIDTH;
    }

    /** The index that a bit of an output's six weights is. */
    int index(int output, int group, int plane) {
        return indices[place(output, group, plane)];
    }

    private int place(int output, int group, int plane) {
        int j = output % WIDTH;
        // byte 4 i + phase is output 16 phase + i
        int lane = j % (WIDTH / Integer.BYTES) * Integer.BYTES + j / (WIDTH / Integer.BYTES);
        return offset(group / BLOCK, output / WIDTH, plane) + group % BLOCK * WIDTH + lane;
    }

    /** Groups of K inputs, with those that only fill up. */
    static int groups(int inputs) {
        return Math.ceilDiv(Math.ceilDiv(inputs, GROUP), STEP) * STEP;
    }

    /** How many of the groups lie in a block. */
    static int groupsOf(int block, int groups) {
        return Math.min(BLOCK, groups - block * BLOCK);
    }
}
