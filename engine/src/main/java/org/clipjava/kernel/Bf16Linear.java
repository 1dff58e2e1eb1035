package org.clipjava.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.clipjava.kernel.Tile.HALF;
import static org.clipjava.kernel.Tile.INTS;
import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.clipjava.kernel.DotProducts.PairOrder;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Kernels.Outputs;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/**
 * A linear layer of BF16 weights, multiplied in {@link Bf16}: activations are rounded to it, products and sums are floats.
 *
 * @param machine knows instructions for that
 * @param order in which it wants inputs
 */
record Bf16Linear(
        Activations x,
        LinearWeights layer,
        Epilogue epilogue,
        Activations out,
        Strips strips,
        Bf16Rows rounded,
        DotProducts machine,
        PairOrder order) {

    /** As many shorts as there are lanes. */
    private static final VectorSpecies<Short> SHORTS = switch (LANES) {
        case 16 -> ShortVector.SPECIES_256;
        case 8 -> ShortVector.SPECIES_128;
        default -> ShortVector.SPECIES_64;
    };

    /** Inputs whose weights, 32 kB, are multiplied with all rows before the next: they stay in the first cache. */
    private static final int PART = 512;

    /** Bytes of a row of the file, 32 outputs of an input, and of two inputs side by side. */
    private static final int ROW = WIDTH * Short.BYTES;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    void run(Outputs outputs, int piecesWanted, Workers workers) {
        rounded.resize(x.rows(), layer.weight().inputs());
        VectorShuffle<Float> places = VectorShuffle.fromOp(SPECIES, order::input);
        workers.forEach(strips.count(), (strip, scratch) -> {
            for (int row = strips.start(strip); row < strips.start(strip + 1); row++) {
                round(row, places);
            }
        });
        int panels = outputs.panels();
        int groups = Math.clamp(Math.ceilDiv(piecesWanted, panels), 1, strips.count());
        workers.forEach(panels * groups, (piece, scratch) -> {
            int panel = outputs.firstPanel() + piece / groups;
            int group = piece % groups;
            multiply(
                    panel,
                    strips.count() * group / groups,
                    strips.count() * (group + 1) / groups,
                    Math.min(panel + workers.count(), layer.weight().panels() - 1),
                    scratch);
        });
    }

    /** Rounds a row's values. */
    private void round(int row, VectorShuffle<Float> places) {
        int width = layer.weight().inputs();
        MemorySegment to = rounded.data();
        for (int block = 0; block < width; block += Activations.BLOCK) {
            int size = Math.min(Activations.BLOCK, width - block);
            int from = x.index(row, block);
            long at = rounded.index(row, block);
            int i = 0;
            for (; i < SPECIES.loopBound(size); i += LANES) {
                FloatVector values =
                        FloatVector.fromArray(SPECIES, x.values(), from + i).rearrange(places);
                ((ShortVector) bits(values).convertShape(VectorOperators.I2S, SHORTS, 0))
                        .intoMemorySegment(to, at + (long) i * Short.BYTES, LITTLE_ENDIAN);
            }
            for (; i < Bf16Rows.filled(size); i++) {
                int input = order.input(i);
                short bits = input < size ? Bf16.bits(x.values()[from + input]) : 0;
                to.set(SHORT, at + (long) i * Short.BYTES, bits);
            }
        }
    }

    /** As {@link Bf16#bits}. */
    private static IntVector bits(FloatVector values) {
        IntVector bits = values.reinterpretAsInts();
        IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
        IntVector rounded = bits.add(Bf16.MAGNITUDE).add(even).lanewise(VectorOperators.LSHR, 16);
        return rounded.blend(0, rounded.and(Bf16.MAGNITUDE).compare(VectorOperators.LT, Bf16.LEAST_BITS))
                .blend(Bf16.NAN_BITS, values.test(VectorOperators.IS_NAN).cast(INTS));
    }

    private void multiply(int panel, int fromStrip, int toStrip, int nextPanel, Scratch scratch) {
        PanelMatrix weight = layer.weight();
        int first = strips.start(fromStrip);
        int rows = strips.start(toStrip) - first;
        long room = (long) Math.ceilDiv(rows, DotProducts.ROWS_STEP) * DotProducts.ROWS_STEP * WIDTH;
        MemorySegment sums = scratch.nativeFloats(1, room);
        VectorMath.clear(sums, room);
        MemorySegment pairs = scratch.nativeFloats(0, (long) PART * WIDTH / 2);
        for (int block = 0; block < weight.inputs(); block += PART) {
            int size = Math.min(PART, weight.inputs() - block);
            pair(weight.data(), weight.offset(panel) + (long) block * ROW, size, pairs);
            machine.multiplyPairs(
                    rows,
                    Bf16Rows.filled(size),
                    rounded.data(),
                    rounded.index(first, block),
                    pairs,
                    0,
                    ahead(panel, block + size, nextPanel),
                    sums);
        }
        PanelEpilogue finish = new PanelEpilogue(layer, panel, epilogue, out, scratch);
        float[] floats = scratch.floats(0, Tile.TALLEST * WIDTH);
        for (int strip = fromStrip; strip < toStrip; strip++) {
            int row = strips.start(strip);
            int height = strips.height(strip);
            MemorySegment.copy(sums, FLOAT, (long) (row - first) * WIDTH * Float.BYTES, floats, 0, height * WIDTH);
            finish.apply(floats, 0, row, height);
        }
    }

    /** The weights behind those of some inputs: of the same panel, or where it has no more, of the next to come. */
    private MemorySegment ahead(int panel, int input, int nextPanel) {
        PanelMatrix weight = layer.weight();
        boolean last = input == weight.inputs();
        int from = last ? 0 : input;
        long bytes = (long) Math.min(PART, weight.inputs() - from) * ROW;
        return weight.data().asSlice(weight.offset(last ? nextPanel : panel) + (long) from * ROW, bytes);
    }

    /**
     * Puts two inputs of an output side by side, where the file has outputs j and j + 16.
     *
     * @param size inputs
     * @param to [⌈size / 32⌉ · 16, 32, 2]
     */
    private void pair(MemorySegment in, long from, int size, MemorySegment to) {
        // places 0 and 1 make a pair, and 2 and 3
        long first = (long) order.input(0) * ROW;
        long second = (long) order.input(1) * ROW;
        long third = (long) order.input(2) * ROW;
        long fourth = (long) order.input(3) * ROW;
        int place = 0;
        for (; place + PairOrder.GROUP <= size; place += PairOrder.GROUP) {
            long at = (long) place * ROW;
            for (int column = 0; column < HALF * Integer.BYTES; column += LANES * Integer.BYTES) {
                long group = from + at + column;
                pair(outputs(in, group + first), outputs(in, group + second), to, at + column);
                pair(outputs(in, group + third), outputs(in, group + fourth), to, at + 2 * ROW + column);
            }
        }
        for (; place < Bf16Rows.filled(size); place += 2) {
            int lower = order.input(place);
            int upper = order.input(place + 1);
            for (int column = 0; column < HALF * Integer.BYTES; column += LANES * Integer.BYTES) {
                IntVector zero = IntVector.zero(INTS);
                long of = from + column;
                pair(
                        lower < size ? outputs(in, of + (long) lower * ROW) : zero,
                        upper < size ? outputs(in, of + (long) upper * ROW) : zero,
                        to,
                        (long) place * ROW + column);
            }
        }
    }

    private static IntVector outputs(MemorySegment in, long at) {
        return IntVector.fromMemorySegment(INTS, in, at, LITTLE_ENDIAN);
    }

    /**
     * Stores pairs of inputs.
     *
     * @param lower outputs j and j + 16 of one input
     * @param upper of another
     */
    private static void pair(IntVector lower, IntVector upper, MemorySegment to, long at) {
        IntVector left = lower.and(0xffff).or(upper.lanewise(VectorOperators.LSHL, 16));
        IntVector right = lower.lanewise(VectorOperators.LSHR, 16).or(upper.and(0xffff0000));
        normal(left).intoMemorySegment(to, at, LITTLE_ENDIAN);
        normal(right).intoMemorySegment(to, at + HALF * Integer.BYTES, LITTLE_ENDIAN);
    }

    /** As {@link Bf16#normal}. */
    private static ShortVector normal(IntVector pairs) {
        ShortVector bits = pairs.reinterpretAsShorts();
        ShortVector magnitudes = bits.and((short) Bf16.MAGNITUDE);
        return bits.blend((short) 0, magnitudes.compare(VectorOperators.LT, Bf16.LEAST_BITS));
    }
}
