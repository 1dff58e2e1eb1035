package org.clipjava.bench.lookup;

import static org.clipjava.bench.lookup.LookupWeights.BLOCK;
import static org.clipjava.bench.lookup.LookupWeights.GROUP;
import static org.clipjava.bench.lookup.LookupWeights.WIDTH;

/**
 * The sums that lookups find: for each row and each six of its inputs, entry i is the sum of these inputs, those whose bit of i is 0
 * taken away; halved, and less half their sum, that is the sum of those whose bit is 1. An entry is rounded to t bits, with one step for a
 * row's block; a bias makes it positive.
 *
 * <p>They lie as the kernels read them: [blocks of K, ⌈M / 5⌉, digits, groups of the block, 5, 64].
 */
public final class LookupTables {
    /** Rows that a kernel computes together: 50, the tokens of ViT-B/32, is a multiple. */
    static final int TILE = 5;

    /** Levels that a byte tells apart, less one. */
    private static final int LEVELS = 255;

    /** Entries are scaled by an integer, in units of 2^-16. */
    private static final int POINT = 16;

    /** Half of a group's inputs, and the signs of these. */
    private static final int HALF = GROUP / 2;

    private static final int SIGNS = 1 << HALF;

    private final LookupSetting setting;
    private final int rows;
    private final int inputs;
    private final int groups;
    private final byte[] entries;

    /** What an entry of a row's block counts, half its unit: [blocks, M]. */
    private final float[] units;

    /** Half the sum of a row's block: [blocks, M]. */
    private final float[] halves;

    private final int[] integers;
    private final int[] sums = new int[WIDTH];
    private final int[] low = new int[SIGNS];
    private final int[] high = new int[SIGNS];

    /** Tables of M rows of K inputs; rows are to be set. */
    public LookupTables(LookupSetting setting, int rows, int inputs) {
        this.setting = setting;
        this.rows = rows;
        this.inputs = inputs;
        this.groups = LookupWeights.groups(inputs);
        this.entries = new byte[Math.multiplyExact(groups * setting.digits() * TILE * WIDTH, tiles())];
        this.units = new float[blocks() * rows];
        this.halves = new float[blocks() * rows];
        this.integers = new int[groups * GROUP];
    }

    /** Rounds K values from {@code from} on to 256 levels, zero among them, as the engine does for int8, and makes a row's tables of them. */
    public void set(int row, float[] values, int from) {
        float least = 0;
        float largest = 0;
        for (int i = from; i < from + inputs; i++) {
            least = Math.min(least, values[i]);
            largest = Math.max(largest, values[i]);
        }
        float step = Math.max(largest / LEVELS - least / LEVELS, Float.MIN_NORMAL);
        float scale = 1 / step;
        int zero = (int) (-least * scale + 0.5f);
        float offset = zero + 0.5f;
        for (int i = 0; i < inputs; i++) {
            integers[i] = Math.clamp((int) (values[from + i] * scale + offset), 0, LEVELS) - zero;
        }
        fill(row, step);
    }

    /**
     * Makes a row's tables of integers.
     *
     * @param values K of them, from -255 to 255
     * @param step what they are to be multiplied with
     */
    public void set(int row, int[] values, float step) {
        System.arraycopy(values, 0, integers, 0, inputs);
        fill(row, step);
    }

    private void fill(int row, float step) {
        for (int block = 0; block < blocks(); block++) {
            int first = block * BLOCK;
            int end = first + LookupWeights.groupsOf(block, groups);
            int sum = 0;
            int largest = 1;
            for (int group = first; group < end; group++) {
                int magnitude = 0;
                for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
                    sum += integers[i];
                    magnitude += Math.abs(integers[i]);
                }
                largest = Math.max(largest, magnitude);
            }
            int factor = Math.min(1 << POINT, (setting.limit() << POINT) / largest);
            for (int group = first; group < end; group++) {
                sums(group * GROUP);
                for (int digit = 0; digit < setting.digits(); digit++) {
                    store(
                            factor,
                            digit * setting.digitBits(),
                            offset(block, row / TILE, digit) + ((group - first) * TILE + row % TILE) * WIDTH);
                }
            }
            units[block * rows + row] = (float) (1 << POINT) / factor * (0.5f * step);
            halves[block * rows + row] = sum * (0.5f * step);
        }
    }

    /** The 64 sums of six integers. */
    private void sums(int from) {
        signed(from, low);
        signed(from + HALF, high);
        for (int h = 0; h < SIGNS; h++) {
            int sum = high[h];
            for (int l = 0; l < SIGNS; l++) {
                sums[h * SIGNS + l] = sum + low[l];
            }
        }
    }

    private void signed(int from, int[] to) {
        for (int signs = 0; signs < SIGNS; signs++) {
            int sum = 0;
            for (int i = 0; i < HALF; i++) {
                sum += (signs >> i & 1) == 0 ? -integers[from + i] : integers[from + i];
            }
            to[signs] = sum;
        }
    }

    private void store(int factor, int shift, int at) {
        int bias = (setting.bias() << POINT) + (1 << (POINT - 1));
        int mask = (1 << setting.digitBits()) - 1;
        for (int i = 0; i < WIDTH; i++) {
            entries[at + i] = (byte) (((sums[i] * factor + bias) >>> (POINT + shift)) & mask);
        }
    }

    LookupSetting setting() {
        return setting;
    }

    int rows() {
        return rows;
    }

    int inputs() {
        return inputs;
    }

    int groups() {
        return groups;
    }

    int blocks() {
        return Math.ceilDiv(groups, BLOCK);
    }

    /** ⌈M / 5⌉. */
    int tiles() {
        return Math.ceilDiv(rows, TILE);
    }

    byte[] entries() {
        return entries;
    }

    /** Where the tables of five rows for a digit begin, those of a block's groups one behind the other. */
    int offset(int block, int tile, int digit) {
        int perGroup = TILE * WIDTH;
        return (block * BLOCK * tiles() * setting.digits()
                        + (tile * setting.digits() + digit) * LookupWeights.groupsOf(block, groups))
                * perGroup;
    }

    /** A digit of an entry, without sign. */
    int digit(int row, int group, int digit, int index) {
        int block = group / BLOCK;
        int table = group % BLOCK * TILE + row % TILE;
        return Byte.toUnsignedInt(entries[offset(block, row / TILE, digit) + table * WIDTH + index]);
    }

    /** What has to be added to a sum of digits for the biases that are in it: all factors of an entry add up to -1. */
    int unbias(int block) {
        return LookupWeights.groupsOf(block, groups) * setting.bias();
    }

    /** Half of what one of an entry counts. */
    float unit(int block, int row) {
        return units[block * rows + row];
    }

    /** Half the sum of a row's inputs. */
    float half(int block, int row) {
        return halves[block * rows + row];
    }

    /**
     * What the digits come to that lookups found for a row and an output.
     *
     * @param sum of digits, each times its {@link LookupSetting#factor}
     */
    static float product(int sum, int unbias, float unit, float half) {
        return (sum + unbias) * unit - half;
    }
}
