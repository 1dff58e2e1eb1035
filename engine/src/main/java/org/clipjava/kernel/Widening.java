package org.clipjava.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.clipjava.kernel.Tile.HALF;
import static org.clipjava.kernel.Tile.INTS;
import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.GROUP;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.clipjava.weights.PanelMatrix;

/** Makes floats of narrow weights, some rows of a panel at a time: few enough to stay in the second-level cache. */
final class Widening {
    /** As many bytes as there are lanes, but no fewer than the smallest vector has. */
    private static final VectorSpecies<Byte> BYTES = LANES == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

    private static final int FLOAT_ROW = WIDTH * Float.BYTES;
    private static final int SHORT_ROW = WIDTH * Short.BYTES;

    /** Of a half that was moved three bits down from a float's top: its sign, exponent and fraction. */
    static final int HALF_BITS = 0x8fffe000;

    /** What such bits lack as a float, subnormal ones included: the difference of the exponents' biases. */
    static final float HALF_SCALE = 0x1p112f;

    private Widening() {}

    /**
     * Widens [k, 32] weights; those of Q8 and INT8 without their scales.
     *
     * @param weight of any type but F32
     * @param from byte offset in the weight's data
     * @param out [k, 32], and room behind for a multiple of four rows
     */
    static void widen(PanelMatrix weight, long from, int k, MemorySegment out) {
        MemorySegment in = weight.data();
        switch (weight.type()) {
            case F32 -> throw new IllegalArgumentException("wide already");
            case F16 -> widenF16(in, from, k, out);
            case BF16 -> widenBf16(in, from, k, out);
            case Q8 -> widenQ8(in, from, k, out);
            case INT8 -> widenInt8(in, from, k, out);
        }
    }

    private static void widenF16(MemorySegment in, long from, int k, MemorySegment out) {
        for (int p = 0; p < k; p++) {
            for (int column = 0; column < HALF; column += LANES) {
                long at = from + (long) p * SHORT_ROW + (long) column * Integer.BYTES;
                IntVector pairs = IntVector.fromMemorySegment(INTS, in, at, LITTLE_ENDIAN);
                store(half(pairs.lanewise(VectorOperators.LSHL, 16)), half(pairs), out, p, column);
            }
        }
    }

    private static FloatVector half(IntVector bits) {
        return bits.lanewise(VectorOperators.ASHR, 3)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_SCALE);
    }

    private static void widenBf16(MemorySegment in, long from, int k, MemorySegment out) {
        for (int p = 0; p < k; p++) {
            for (int column = 0; column < HALF; column += LANES) {
                long at = from + (long) p * SHORT_ROW + (long) column * Integer.BYTES;
                IntVector pairs = IntVector.fromMemorySegment(INTS, in, at, LITTLE_ENDIAN);
                FloatVector low = pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
                store(low, pairs.and(0xffff0000).reinterpretAsFloats(), out, p, column);
            }
        }
    }

    private static void widenQ8(MemorySegment in, long from, int k, MemorySegment out) {
        for (int p = 0; p < k; p++) {
            for (int column = 0; column < HALF; column += LANES) {
                long at = from + (long) p * WIDTH + column;
                store(bytes(in, at, column), bytes(in, at + HALF, column), out, p, column);
            }
        }
    }

    private static void widenInt8(MemorySegment in, long from, int k, MemorySegment out) {
        for (int p = 0; p < k; p += GROUP) {
            for (int column = 0; column < WIDTH; column += LANES) {
                long at = from + (long) p * WIDTH + (long) column * GROUP;
                IntVector fours = IntVector.fromMemorySegment(INTS, in, at, LITTLE_ENDIAN);
                for (int i = 0; i < GROUP; i++) {
                    FloatVector one = (FloatVector) fours.lanewise(VectorOperators.LSHL, 24 - 8 * i)
                            .lanewise(VectorOperators.ASHR, 24)
                            .convert(VectorOperators.I2F, 0);
                    long to = (long) (p + i) * FLOAT_ROW + (long) column * Float.BYTES;
                    one.intoMemorySegment(out, to, LITTLE_ENDIAN);
                }
            }
        }
    }

    private static FloatVector bytes(MemorySegment in, long at, int column) {
        // four lanes of eight bytes: the lower or the upper four
        boolean upper = LANES < BYTES.length() && column % BYTES.length() != 0;
        ByteVector bytes = ByteVector.fromMemorySegment(BYTES, in, upper ? at - LANES : at, LITTLE_ENDIAN);
        return (FloatVector) bytes.convertShape(VectorOperators.B2F, SPECIES, upper ? 1 : 0);
    }

    private static void store(FloatVector a, FloatVector b, MemorySegment out, int row, int column) {
        long at = (long) row * FLOAT_ROW + (long) column * Float.BYTES;
        a.intoMemorySegment(out, at, LITTLE_ENDIAN);
        b.intoMemorySegment(out, at + HALF * Float.BYTES, LITTLE_ENDIAN);
    }
}
