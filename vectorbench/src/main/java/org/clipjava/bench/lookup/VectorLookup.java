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
 * instruction; narrower vectors look into each part of a table and choose, which is right but no gain.
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

    /** Columns of an int's first, second, third and fourth byte. */
    private static final int PHASE = WIDTH / Integer.BYTES;

    /** Blocks of outputs whose indices, of one block of inputs, stay in the second-level cache while rows go by. */
    private static final int OUTPUT_BLOCKS = 8;

    private final int[] sums = new int[TILE * WIDTH];

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
                            factor,
                            sums,
                            lane / Integer.BYTES);
                }
            }
        }
    }

    /**
     * Adds to the sums of five rows what their tables say for a vector of indices. Digits are added as bytes for as long as none can
     * overflow, then in pairs as shorts: the whole pair to one sum, its upper byte to another, from which follows that of the lower.
     */
    private static void sumLanes(
            byte[] indices,
            int indexAt,
            byte[] entries,
            int entryAt,
            int groups,
            int together,
            int factor,
            int[] sums,
            int to) {
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
            ByteVector index = ByteVector.fromArray(BYTES, indices, indexAt + group * WIDTH);
            ByteVector found0 = lookUp(index, entries, at);
            ByteVector found1 = lookUp(index, entries, at + WIDTH);
            ByteVector found2 = lookUp(index, entries, at + 2 * WIDTH);
            ByteVector found3 = lookUp(index, entries, at + 3 * WIDTH);
            ByteVector found4 = lookUp(index, entries, at + 4 * WIDTH);
            at += TILE * WIDTH;
            for (int i = 1; i < together; i++) {
                index = ByteVector.fromArray(BYTES, indices, indexAt + (group + i) * WIDTH);
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
        widen(pairs0, upper0, factor, sums, to);
        widen(pairs1, upper1, factor, sums, to + WIDTH);
        widen(pairs2, upper2, factor, sums, to + 2 * WIDTH);
        widen(pairs3, upper3, factor, sums, to + 3 * WIDTH);
        widen(pairs4, upper4, factor, sums, to + 4 * WIDTH);
    }

    private static ByteVector lookUp(ByteVector index, byte[] entries, int at) {
        ByteVector found = index.selectFrom(ByteVector.fromArray(BYTES, entries, at));
        for (int part = LANES; part < WIDTH; part += LANES) {
            VectorMask<Byte> behind = index.compare(VectorOperators.GE, (byte) part);
            found = found.blend(index.selectFrom(ByteVector.fromArray(BYTES, entries, at + part)), behind);
        }
        return found;
    }

    private static ShortVector upper(ByteVector pairs) {
        return pairs.reinterpretAsShorts().lanewise(VectorOperators.LSHR, Byte.SIZE);
    }

    private static void widen(ShortVector pairs, ShortVector upper, int factor, int[] sums, int to) {
        IntVector even =
                pairs.sub(upper.lanewise(VectorOperators.LSHL, Byte.SIZE)).reinterpretAsInts();
        IntVector odd = upper.reinterpretAsInts();
        addTo(even.and(0xffff), factor, sums, to);
        addTo(odd.and(0xffff), factor, sums, to + PHASE);
        addTo(even.lanewise(VectorOperators.LSHR, Short.SIZE), factor, sums, to + 2 * PHASE);
        addTo(odd.lanewise(VectorOperators.LSHR, Short.SIZE), factor, sums, to + 3 * PHASE);
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
