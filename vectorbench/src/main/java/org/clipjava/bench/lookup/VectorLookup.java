package org.clipjava.bench.lookup;

import static org.clipjava.bench.lookup.LookupTables.TILE;
import static org.clipjava.bench.lookup.LookupWeights.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API, as wide as the processor's vectors are or as {@value #BITS} says. At 512 bits with AVX-512 VBMI a lookup is one
 * instruction; narrower vectors look into two parts of a table at a time, which is right but no gain.
 */
public final class VectorLookup implements LookupKernel {
    /** The system property for the bits of a vector. */
    public static final String BITS = "vectorbench.lookup.bits";

    private static final VectorShape SHAPE =
            VectorShape.forBitSize(Integer.getInteger(BITS, ByteVector.SPECIES_PREFERRED.vectorBitSize()));

    // constants, or the compiler would not know which instructions they mean
    private static final VectorSpecies<Byte> BYTES = SHAPE.withLanes(byte.class);
    private static final VectorSpecies<Short> SHORTS = SHAPE.withLanes(short.class);
    private static final VectorSpecies<Integer> INTS = SHAPE.withLanes(int.class);
    private static final int LANES = BYTES.length();

    /** Pairs of outputs. */
    private static final int HALF = WIDTH / 2;

    /** Columns of an int's first, second, third and fourth byte. */
    private static final int PHASE = WIDTH / Integer.BYTES;

    /** Blocks of outputs whose indices, of one block of inputs, stay in the second-level cache while rows go by. */
    private static final int OUTPUT_BLOCKS = 8;

    private final int[] sums = new int[TILE * WIDTH];
    private final short[] parts = new short[TILE * WIDTH];

    /** For people: {@code 256 bits}. */
    public static String description() {
        return SHAPE.vectorBitSize() + " bits";
    }

    @Override
    public void multiply(LookupTables tables, LookupWeights weights, float[] out) {
        LookupKernel.check(tables, weights, out);
        Arrays.fill(out, 0f);
        for (int block = 0; block < tables.blocks(); block++) {
            for (int from = 0; from < weights.outputBlocks(); from += OUTPUT_BLOCKS) {
                int to = Math.min(from + OUTPUT_BLOCKS, weights.outputBlocks());
                for (int tile = 0; tile < tables.tiles(); tile++) {
                    for (int outputs = from; outputs < to; outputs++) {
                        sum(tables, weights, block, tile, outputs);
                        add(tables, weights.outputs(), block, tile, outputs, out);
                    }
                }
            }
        }
        for (int row = 0; row < tables.rows(); row++) {
            for (int output = 0; output < weights.outputs(); output++) {
                out[row * weights.outputs() + output] *= weights.scale(output);
            }
        }
    }

    private void sum(LookupTables tables, LookupWeights weights, int block, int tile, int outputs) {
        LookupSetting setting = tables.setting();
        int groups = LookupWeights.groupsOf(block, tables.groups());
        Arrays.fill(sums, 0);
        for (int plane = 0; plane < weights.bits(); plane++) {
            int indices = weights.offset(block, outputs, plane);
            for (int digit = 0; digit < setting.digits(); digit++) {
                int entries = tables.offset(block, tile, digit);
                int factor = setting.factor(plane, digit);
                for (int lane = 0; lane < WIDTH; lane += LANES) {
                    sumLanes(
                            weights.indices(),
                            indices + lane,
                            tables.entries(),
                            entries,
                            groups,
                            setting.together(),
                            parts,
                            lane / Short.BYTES);
                }
                widen(parts, factor, sums);
            }
        }
    }

    /**
     * Adds up what the tables of five rows say for a vector of indices, group by group. Digits are added as bytes for as long as none can
     * overflow, then in pairs as shorts: the whole pair to one sum, its upper byte to another, from which follows that of the lower.
     *
     * <p>As short as can be: of methods with many more vectors the compiler leaves calls uninlined, and every vector is an object.
     *
     * @param parts sums of pairs and of their upper bytes, [5, 2, 32]
     * @param to where the first row's are stored
     */
    private static void sumLanes(
            byte[] indices, int indexAt, byte[] entries, int entryAt, int groups, int together, short[] parts, int to) {
        ShortVector pairs0 = ShortVector.zero(SHORTS);
        ShortVector pairs1 = pairs0;
        ShortVector pairs2 = pairs0;
        ShortVector pairs3 = pairs0;
        ShortVector pairs4 = pairs0;
        ShortVector upper0 = pairs0;
        ShortVector upper1 = pairs0;
        ShortVector upper2 = pairs0;
        ShortVector upper3 = pairs0;
        ShortVector upper4 = pairs0;
        int at = entryAt;
        for (int group = 0; group < groups; group += together) {
            ByteVector found0 = ByteVector.zero(BYTES);
            ByteVector found1 = ByteVector.zero(BYTES);
            ByteVector found2 = ByteVector.zero(BYTES);
            ByteVector found3 = ByteVector.zero(BYTES);
            ByteVector found4 = ByteVector.zero(BYTES);
            for (int i = 0; i < together; i++) {
                ByteVector index = ByteVector.fromArray(BYTES, indices, indexAt + (group + i) * WIDTH);
                found0 = found0.add(lookUp(index, entries, at));
                found1 = found1.add(lookUp(index, entries, at + WIDTH));
                found2 = found2.add(lookUp(index, entries, at + 2 * WIDTH));
                found3 = found3.add(lookUp(index, entries, at + 3 * WIDTH));
                found4 = found4.add(lookUp(index, entries, at + 4 * WIDTH));
                at += TILE * WIDTH;
            }
            pairs0 = pairs0.add(found0.reinterpretAsShorts());
            pairs1 = pairs1.add(found1.reinterpretAsShorts());
            pairs2 = pairs2.add(found2.reinterpretAsShorts());
            pairs3 = pairs3.add(found3.reinterpretAsShorts());
            pairs4 = pairs4.add(found4.reinterpretAsShorts());
            upper0 = upper0.add(upper(found0));
            upper1 = upper1.add(upper(found1));
            upper2 = upper2.add(upper(found2));
            upper3 = upper3.add(upper(found3));
            upper4 = upper4.add(upper(found4));
        }
        pairs0.intoArray(parts, to);
        upper0.intoArray(parts, to + HALF);
        pairs1.intoArray(parts, to + WIDTH);
        upper1.intoArray(parts, to + WIDTH + HALF);
        pairs2.intoArray(parts, to + 2 * WIDTH);
        upper2.intoArray(parts, to + 2 * WIDTH + HALF);
        pairs3.intoArray(parts, to + 3 * WIDTH);
        upper3.intoArray(parts, to + 3 * WIDTH + HALF);
        pairs4.intoArray(parts, to + 4 * WIDTH);
        upper4.intoArray(parts, to + 4 * WIDTH + HALF);
    }

    private static ByteVector lookUp(ByteVector index, byte[] entries, int at) {
        if (LANES == WIDTH) {
            return index.selectFrom(ByteVector.fromArray(BYTES, entries, at));
        }
        ByteVector found = lookUpInTwo(index, entries, at);
        for (int part = 2 * LANES; part < WIDTH; part += 2 * LANES) {
            VectorMask<Byte> behind = index.compare(VectorOperators.GE, (byte) part);
            found = found.blend(lookUpInTwo(index, entries, at + part), behind);
        }
        return found;
    }

    private static ByteVector lookUpInTwo(ByteVector index, byte[] entries, int at) {
        return index.selectFrom(
                ByteVector.fromArray(BYTES, entries, at), ByteVector.fromArray(BYTES, entries, at + LANES));
    }

    private static ShortVector upper(ByteVector pairs) {
        return pairs.reinterpretAsShorts().lanewise(VectorOperators.LSHR, Byte.SIZE);
    }

    /** Adds sums of bytes, times a factor, to those of outputs. */
    private static void widen(short[] parts, int factor, int[] sums) {
        for (int row = 0; row < TILE * WIDTH; row += WIDTH) {
            for (int i = 0; i < HALF; i += SHORTS.length()) {
                ShortVector upper = ShortVector.fromArray(SHORTS, parts, row + HALF + i);
                ShortVector pairs = ShortVector.fromArray(SHORTS, parts, row + i);
                IntVector even = pairs.sub(upper.lanewise(VectorOperators.LSHL, Byte.SIZE))
                        .reinterpretAsInts();
                IntVector odd = upper.reinterpretAsInts();
                int to = row + i / 2;
                addTo(even.and(0xffff), factor, sums, to);
                addTo(odd.and(0xffff), factor, sums, to + PHASE);
                addTo(even.lanewise(VectorOperators.LSHR, Short.SIZE), factor, sums, to + 2 * PHASE);
                addTo(odd.lanewise(VectorOperators.LSHR, Short.SIZE), factor, sums, to + 3 * PHASE);
            }
        }
    }

    private static void addTo(IntVector values, int factor, int[] sums, int to) {
        values.mul(factor).add(IntVector.fromArray(INTS, sums, to)).intoArray(sums, to);
    }

    private void add(LookupTables tables, int outputs, int block, int tile, int outputBlock, float[] out) {
        int columns = Math.min(WIDTH, outputs - outputBlock * WIDTH);
        for (int i = 0; i < TILE && tile * TILE + i < tables.rows(); i++) {
            int row = tile * TILE + i;
            int unbias = tables.unbias(block);
            float unit = tables.unit(block, row);
            float half = tables.half(block, row);
            int to = row * outputs + outputBlock * WIDTH;
            for (int column = 0; column < columns; column++) {
                out[to + column] += LookupTables.product(sums[i * WIDTH + column], unbias, unit, half);
            }
        }
    }
}
