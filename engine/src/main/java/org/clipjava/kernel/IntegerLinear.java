package org.clipjava.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.clipjava.kernel.Tile.INTS;
import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Kernels.Outputs;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/**
 * A linear layer of INT8 weights: levels of activations times weights, summed as integers.
 *
 * <p>Without instructions for that, the tiles for floats do it, which hold every integer up to 2^24: sums of {@value #EXACT_INPUTS}
 * products of a level and a weight are exact, whatever the order.
 *
 * @param machine what knows such instructions
 */
record IntegerLinear(
        Activations x,
        LinearWeights layer,
        Epilogue epilogue,
        Activations out,
        Strips strips,
        QuantizedRows quantized,
        Optional<DotProducts> machine) {

    /** 512 · 255 · 127 is less than 2^24. */
    private static final int EXACT_INPUTS = 512;

    /** As many bytes as there are lanes, but no fewer than the smallest vector has. */
    private static final VectorSpecies<Byte> BYTES = LANES == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

    void run(Outputs outputs, int piecesWanted, Workers workers) {
        PanelMatrix weight = layer.weight();
        quantized.resize(x.rows(), weight.inputs(), machine.isPresent());
        workers.forEach(strips.count(), (strip, scratch) -> {
            for (int row = strips.start(strip); row < strips.start(strip + 1); row++) {
                quantize(row);
            }
        });
        int panels = outputs.panels();
        int groups = Math.clamp(Math.ceilDiv(piecesWanted, panels), 1, strips.count());
        workers.forEach(panels * groups, (piece, scratch) -> {
            int panel = outputs.firstPanel() + piece / groups;
            int group = piece % groups;
            int fromStrip = strips.count() * group / groups;
            int toStrip = strips.count() * (group + 1) / groups;
            int tiles = Math.ceilDiv(strips.tiles(fromStrip, toStrip), DotProducts.ROWS_STEP) * DotProducts.ROWS_STEP;
            MemorySegment sums = scratch.nativeFloats(1, (long) tiles * WIDTH);
            VectorMath.clear(sums, (long) tiles * WIDTH);
            int nextPanel = Math.min(panel + workers.count(), weight.panels() - 1);
            if (machine.isPresent()) {
                multiply(machine.get(), panel, fromStrip, toStrip, nextPanel, sums);
            } else {
                multiply(panel, fromStrip, toStrip, nextPanel, sums, scratch);
            }
            finish(panel, fromStrip, toStrip, sums, scratch);
        });
    }

    /** Rounds a row's values to levels. */
    private void quantize(int row) {
        int width = layer.weight().inputs();
        FloatVector least = FloatVector.zero(SPECIES);
        FloatVector largest = FloatVector.zero(SPECIES);
        float leastRest = 0;
        float largestRest = 0;
        for (int block = 0; block < width; block += Activations.BLOCK) {
            int at = x.index(row, block);
            int size = Math.min(Activations.BLOCK, width - block);
            int i = 0;
            for (; i < SPECIES.loopBound(size); i += LANES) {
                FloatVector values = FloatVector.fromArray(SPECIES, x.values(), at + i);
                least = least.min(values);
                largest = largest.max(values);
            }
            for (; i < size; i++) {
                leastRest = Math.min(leastRest, x.values()[at + i]);
                largestRest = Math.max(largestRest, x.values()[at + i]);
            }
        }
        quantized.setRange(
                row,
                Math.min(least.reduceLanes(VectorOperators.MIN), leastRest),
                Math.max(largest.reduceLanes(VectorOperators.MAX), largestRest));
        for (int block = 0; block < width; block += Activations.BLOCK) {
            int size = Math.min(Activations.BLOCK, width - block);
            if (machine.isPresent()) {
                storeBytes(row, block, size);
            } else {
                storeFloats(row, block, size);
            }
        }
    }

    private void storeFloats(int row, int block, int size) {
        float[] to = quantized.floats().values();
        float scale = 1 / quantized.step(row);
        float offset = quantized.zero(row) + 0.5f;
        int at = x.index(row, block);
        int i = 0;
        for (; i < SPECIES.loopBound(size); i += LANES) {
            ((FloatVector) levels(at + i, scale, offset).convert(VectorOperators.I2F, 0)).intoArray(to, at + i);
        }
        for (; i < size; i++) {
            to[at + i] = QuantizedRows.level(x.values()[at + i], quantized.step(row), quantized.zero(row));
        }
    }

    private void storeBytes(int row, int block, int size) {
        MemorySegment to = quantized.bytes();
        float scale = 1 / quantized.step(row);
        float offset = quantized.zero(row) + 0.5f;
        int from = x.index(row, block);
        long at = quantized.index(row, block);
        int i = 0;
        // a vector of fewer lanes has no vector of as many bytes
        for (; LANES >= BYTES.length() && i < SPECIES.loopBound(size); i += LANES) {
            ByteVector bytes = (ByteVector) levels(from + i, scale, offset).convertShape(VectorOperators.I2B, BYTES, 0);
            bytes.intoMemorySegment(to, at + i, LITTLE_ENDIAN);
        }
        for (; i < size; i++) {
            int level = QuantizedRows.level(x.values()[from + i], quantized.step(row), quantized.zero(row));
            to.set(ValueLayout.JAVA_BYTE, at + i, (byte) level);
        }
        for (; i < QuantizedRows.filled(size); i++) {
            to.set(ValueLayout.JAVA_BYTE, at + i, (byte) 0);
        }
    }

    /** As {@link QuantizedRows#level}. */
    private IntVector levels(int at, float scale, float offset) {
        IntVector levels = (IntVector) FloatVector.fromArray(SPECIES, x.values(), at)
                .mul(scale)
                .add(offset)
                .convert(VectorOperators.F2I, 0);
        return levels.max(0).min(QuantizedRows.LEVELS);
    }

    private void multiply(
            DotProducts machine, int panel, int fromStrip, int toStrip, int nextPanel, MemorySegment sums) {
        PanelMatrix weight = layer.weight();
        int first = strips.start(fromStrip);
        int rows = strips.start(toStrip) - first;
        int inputs = QuantizedRows.filled(weight.inputs());
        for (int block = 0; block < inputs; block += Activations.BLOCK) {
            int size = Math.min(Activations.BLOCK, inputs - block);
            long from = weight.offset(panel) + (long) block * WIDTH;
            boolean last = block + size == inputs;
            int nextSize = Math.min(Activations.BLOCK, last ? inputs : inputs - block - size);
            long next = last ? weight.offset(nextPanel) : from + (long) size * WIDTH;
            machine.multiply(
                    rows,
                    size,
                    quantized.bytes(),
                    quantized.index(first, block),
                    weight.data(),
                    from,
                    weight.data().asSlice(next, (long) nextSize * WIDTH),
                    sums);
        }
    }

    /** The same on the tiles for floats. */
    private void multiply(int panel, int fromStrip, int toStrip, int nextPanel, MemorySegment sums, Scratch scratch) {
        PanelMatrix weight = layer.weight();
        MemorySegment floats = scratch.nativeFloats(0, (long) Activations.BLOCK * WIDTH);
        float[] part = scratch.floats(0, Tile.TALLEST * WIDTH);
        Activations levels = quantized.floats();
        int first = strips.start(fromStrip);
        long end = weight.data().byteSize();
        for (int block = 0; block < weight.inputs(); block += Activations.BLOCK) {
            int size = Math.min(Activations.BLOCK, weight.inputs() - block);
            long from = weight.offset(panel) + (long) block * WIDTH;
            Widening.widen(weight, from, size, floats);
            boolean last = block + size == weight.inputs();
            long ahead = last ? weight.offset(nextPanel) : from + (long) size * WIDTH;
            for (int strip = fromStrip; strip < toStrip; strip++) {
                int row = strips.start(strip);
                int tile = strips.tile(strip);
                for (int k = 0; k < size; k += EXACT_INPUTS) {
                    int inputs = Math.min(EXACT_INPUTS, size - k);
                    long read = (long) inputs * Tile.AHEAD_STEP;
                    Arrays.fill(part, 0, tile * WIDTH, 0f);
                    scratch.touched(Tile.multiply(
                            tile,
                            levels.values(),
                            levels.index(row, block + k),
                            floats,
                            (long) k * WIDTH * Float.BYTES,
                            inputs,
                            part,
                            0,
                            weight.data(),
                            Math.min(ahead + (strip - fromStrip) * read, end - read)));
                    add(part, strips.height(strip), sums, (long) (row - first) * WIDTH * Integer.BYTES);
                }
            }
        }
    }

    private static void add(float[] part, int rows, MemorySegment sums, long at) {
        for (int i = 0; i < rows * WIDTH; i += LANES) {
            IntVector ints = (IntVector) FloatVector.fromArray(SPECIES, part, i).convert(VectorOperators.F2I, 0);
            long to = at + (long) i * Integer.BYTES;
            ints.add(IntVector.fromMemorySegment(INTS, sums, to, LITTLE_ENDIAN))
                    .intoMemorySegment(sums, to, LITTLE_ENDIAN);
        }
    }

    /** Takes away what the level of zero has added, and goes back to floats. */
    private void finish(int panel, int fromStrip, int toStrip, MemorySegment sums, Scratch scratch) {
        PanelMatrix weight = layer.weight();
        PanelEpilogue epilogue = new PanelEpilogue(layer, panel, this.epilogue, out, scratch);
        float[] floats = scratch.floats(0, PanelEpilogue.MAX_ROWS * WIDTH);
        int first = strips.start(fromStrip);
        int end = strips.start(toStrip);
        long ofWeights = weight.sumsOffset(panel);
        for (int row = first; row < end; row += PanelEpilogue.MAX_ROWS) {
            int height = Math.min(PanelEpilogue.MAX_ROWS, end - row);
            for (int column = 0; column < WIDTH; column += LANES) {
                long bytes = (long) column * Integer.BYTES;
                IntVector weights = IntVector.fromMemorySegment(INTS, weight.data(), ofWeights + bytes, LITTLE_ENDIAN);
                for (int i = 0; i < height; i++) {
                    long at = (long) (row + i - first) * WIDTH * Integer.BYTES + bytes;
                    IntVector exact = IntVector.fromMemorySegment(INTS, sums, at, LITTLE_ENDIAN)
                            .sub(weights.mul(quantized.zero(row + i)));
                    ((FloatVector) exact.convert(VectorOperators.I2F, 0))
                            .mul(quantized.step(row + i))
                            .intoArray(floats, i * WIDTH + column);
                }
            }
            epilogue.apply(floats, 0, row, height);
        }
    }
}
