package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.clipjava.config.WeightType;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/**
 * The Vector API, in the widest vectors that the processor has. All multiplies, those of attention too, run on {@link
 * Tile}s.
 */
final class VectorKernels implements Kernels {

    /** Pieces of work for each worker, so that one that is held up does not hold up the others. */
    private static final int PIECES_PER_WORKER = 4;

    /**
     * Rows of a quick start's only tile: the smallest whose accumulators keep the multipliers busy, and a divisor of the 50
     * tokens of a picture.
     */
    private static final int QUICK_TILE = 5;

    private final boolean quickStart;
    private final Optional<DotProducts> machine;

    /** @param machine multiplies INT8 weights and, where it has instructions for them, BF16 ones; if there is such */
    VectorKernels(boolean quickStart, Optional<DotProducts> machine) {
        this.quickStart = quickStart;
        this.machine = machine;
    }

    static boolean hasFusedMultiplyAdd() {
        return SPECIES.vectorBitSize() > 128 || Tile.AARCH64;
    }

    @Override
    public String description() {
        String description = "vector, " + SPECIES.vectorBitSize() + " bits";
        return machine.map(products -> description + "; " + products.description())
                .orElse(description);
    }

    private Strips strips(int rows) {
        return quickStart ? Strips.equal(rows, QUICK_TILE) : Strips.even(rows);
    }

    @Override
    public void layerNorm(Activations x, LayerNormWeights weights, Activations out, Workers workers) {
        Strips strips = Strips.even(x.rows());
        workers.forEach(strips.count(), (strip, scratch) -> {
            for (int row = strips.start(strip); row < strips.start(strip + 1); row++) {
                layerNorm(x, row, weights, out);
            }
        });
    }

    private static void layerNorm(Activations x, int row, LayerNormWeights weights, Activations out) {
        int width = weights.width();

        FloatVector sums = FloatVector.zero(SPECIES);
        float rest = 0;
        for (int block = 0; block < width; block += Activations.BLOCK) {
            int at = x.index(row, block);
            int size = Math.min(Activations.BLOCK, width - block);
            int i = 0;
            for (; i < SPECIES.loopBound(size); i += LANES) {
                sums = sums.add(FloatVector.fromArray(SPECIES, x.values(), at + i));
            }
            for (; i < size; i++) {
                rest += x.values()[at + i];
            }
        }
        float mean = (VectorMath.sum(sums) + rest) / width;

        FloatVector squares = FloatVector.zero(SPECIES);
        rest = 0;
        for (int block = 0; block < width; block += Activations.BLOCK) {
            int at = x.index(row, block);
            int size = Math.min(Activations.BLOCK, width - block);
            int i = 0;
            for (; i < SPECIES.loopBound(size); i += LANES) {
                FloatVector centred =
                        FloatVector.fromArray(SPECIES, x.values(), at + i).sub(mean);
                squares = centred.fma(centred, squares);
            }
            for (; i < size; i++) {
                float centred = x.values()[at + i] - mean;
                rest += centred * centred;
            }
        }
        float scale = (float) (1 / Math.sqrt((VectorMath.sum(squares) + rest) / width + weights.eps()));

        for (int block = 0; block < width; block += Activations.BLOCK) {
            int from = x.index(row, block);
            int to = out.index(row, block);
            int size = Math.min(Activations.BLOCK, width - block);
            int i = 0;
            for (; i < SPECIES.loopBound(size); i += LANES) {
                FloatVector centred =
                        FloatVector.fromArray(SPECIES, x.values(), from + i).sub(mean);
                FloatVector weight = FloatVector.fromArray(SPECIES, weights.weight(), block + i);
                FloatVector bias = FloatVector.fromArray(SPECIES, weights.bias(), block + i);
                centred.mul(scale).fma(weight, bias).intoArray(out.values(), to + i);
            }
            for (; i < size; i++) {
                out.values()[to + i] =
                        (x.values()[from + i] - mean) * scale * weights.weight()[block + i] + weights.bias()[block + i];
            }
        }
    }

    @Override
    public void linear(
            Activations x, LinearWeights layer, Outputs outputs, Epilogue epilogue, Activations out, Workers workers) {
        if (x.rows() == 0) {
            return; // there are no strips to share out
        }
        PanelMatrix weight = layer.weight();
        Strips strips = strips(x.rows());
        if (weight.type() == WeightType.INT8) {
            new IntegerLinear(x, layer, epilogue, out, strips, workers.quantized(), machine)
                    .run(outputs, workers.count() * PIECES_PER_WORKER, workers);
            return;
        }
        Optional<DotProducts.PairOrder> pairs = machine.flatMap(DotProducts::pairOrder);
        if (weight.type() == WeightType.BF16 && pairs.isPresent()) {
            new Bf16Linear(x, layer, epilogue, out, strips, workers.rounded(), machine.get(), pairs.get())
                    .run(outputs, workers.count() * PIECES_PER_WORKER, workers);
            return;
        }
        int panels = outputs.panels();
        // few panels and many workers: rows are shared out as well
        int groups = Math.clamp(Math.ceilDiv(workers.count() * PIECES_PER_WORKER, panels), 1, strips.count());
        workers.forEach(panels * groups, (piece, scratch) -> {
            int panel = outputs.firstPanel() + piece / groups;
            int group = piece % groups;
            multiply(
                    x,
                    strips.count() * group / groups,
                    strips.count() * (group + 1) / groups,
                    strips,
                    weight,
                    panel,
                    Math.min(panel + workers.count(), weight.panels() - 1),
                    new PanelEpilogue(layer, panel, epilogue, out, scratch),
                    scratch);
        });
    }

    /** Multiplies some strips of rows with a panel, block by block of the inputs, and finishes them. */
    private static void multiply(
            Activations x,
            int fromStrip,
            int toStrip,
            Strips strips,
            PanelMatrix weight,
            int panel,
            int nextPanel,
            PanelEpilogue epilogue,
            Scratch scratch) {
        int firstRow = strips.start(fromStrip);
        int sumsSize = strips.tiles(fromStrip, toStrip) * WIDTH;
        float[] sums = scratch.floats(0, sumsSize);
        Arrays.fill(sums, 0, sumsSize, 0f);
        int rowBytes = WIDTH * weight.type().dtype().bits() / Byte.SIZE;
        long end = weight.data().byteSize();
        for (int block = 0; block < weight.inputs(); block += Activations.BLOCK) {
            int size = Math.min(Activations.BLOCK, weight.inputs() - block);
            boolean last = block + size == weight.inputs();
            long from = weight.offset(panel) + (long) block * rowBytes;
            long ahead = last ? weight.offset(nextPanel) : from + (long) size * rowBytes;
            MemorySegment floats = weight.data();
            if (weight.type() != WeightType.F32) {
                floats = scratch.nativeFloats(0, (long) Activations.BLOCK * WIDTH);
                Widening.widen(weight, from, size, floats);
                from = 0;
            }
            for (int strip = fromStrip; strip < toStrip; strip++) {
                int row = strips.start(strip);
                int at = (row - firstRow) * WIDTH;
                // the strips share the reading, so that memory is asked for evenly
                long part = (long) size * Tile.AHEAD_STEP;
                long aheadAt = Math.min(ahead + (strip - fromStrip) * part, end - part);
                scratch.touched(Tile.multiply(
                        strips.tile(strip),
                        x.values(),
                        x.index(row, block),
                        floats,
                        from,
                        size,
                        sums,
                        at,
                        weight.data(),
                        aheadAt));
                if (last) {
                    epilogue.apply(sums, at, row, strips.height(strip));
                }
            }
        }
    }

    @Override
    public void attention(
            AttentionForm form,
            Activations queries,
            Activations keysAndValues,
            int heads,
            List<Span> spans,
            Activations out,
            Workers workers) {
        int size = out.columns() / heads;
        workers.forEach(spans.size() * heads, (piece, scratch) -> {
            Span span = spans.get(piece / heads);
            new AttentionHead(form, queries, keysAndValues, out, size, piece % heads, scratch)
                    .attend(span, strips(span.queries()));
        });
    }
}
