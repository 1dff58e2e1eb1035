package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.WeightType;

/**
 * The Vector API, in the widest vectors that the processor has. All multiplies, those of attention too, run on {@link
 * Tile}s.
 */
final class VectorKernels implements Kernels {

    /** Pieces of work for each worker, so that one that is held up does not hold up the others. */
    private static final int PIECES_PER_WORKER = 4;

    private VectorKernels() {}

    static VectorKernels preferred() {
        return new VectorKernels();
    }

    static boolean hasFusedMultiplyAdd() {
        return SPECIES.vectorBitSize() > 128 || Tile.AARCH64;
    }

    @Override
    public String description() {
        return "vector, " + SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public void layerNorm(Activations x, LayerNormWeights weights, Activations out, Workers workers) {
        Strips strips = Strips.of(x.rows());
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
        float mean = (sum(sums) + rest) / width;

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
        float scale = (float) (1 / Math.sqrt((sum(squares) + rest) / width + weights.eps()));

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
        PanelMatrix weight = layer.weight();
        Activations inputs = weight.type() == WeightType.F16 ? scaled(x, Tile.F16_INPUT_SCALE, workers) : x;
        Strips strips = Strips.of(x.rows());
        int panels = outputs.panels();
        // few panels and many workers: rows are shared out as well
        int groups = Math.clamp(Math.ceilDiv(workers.count() * PIECES_PER_WORKER, panels), 1, strips.count());
        workers.forEach(panels * groups, (piece, scratch) -> {
            int panel = outputs.firstPanel() + piece / groups;
            int group = piece % groups;
            multiply(
                    inputs,
                    strips.count() * group / groups,
                    strips.count() * (group + 1) / groups,
                    strips,
                    layer,
                    panel,
                    epilogue,
                    out,
                    scratch);
        });
    }

    /** Multiplies some strips of rows with a panel, block by block of the inputs, and finishes them. */
    private static void multiply(
            Activations x,
            int fromStrip,
            int toStrip,
            Strips strips,
            LinearWeights layer,
            int panel,
            Epilogue epilogue,
            Activations out,
            Scratch scratch) {
        PanelMatrix weight = layer.weight();
        int firstRow = strips.start(fromStrip);
        float[] sums = scratch.floats(0, (strips.start(toStrip) - firstRow) * WIDTH);
        PanelEpilogue finish = new PanelEpilogue(layer, panel, epilogue, out, scratch);
        long rowBytes = (long) WIDTH * weight.type().dtype().bits() / Byte.SIZE;
        for (int block = 0; block < weight.inputs(); block += Activations.BLOCK) {
            int size = Math.min(Activations.BLOCK, weight.inputs() - block);
            long from = weight.offset(panel) + block * rowBytes;
            for (int strip = fromStrip; strip < toStrip; strip++) {
                int row = strips.start(strip);
                int at = (row - firstRow) * WIDTH;
                Tile.multiply(
                        weight.type(),
                        strips.height(strip),
                        x.values(),
                        x.index(row, block),
                        weight.data(),
                        from,
                        size,
                        sums,
                        at,
                        block > 0);
                if (block + size == weight.inputs()) {
                    finish.apply(sums, at, row, strips.height(strip));
                }
            }
        }
    }

    private static Activations scaled(Activations x, float factor, Workers workers) {
        float[] values = workers.shared().floats(3, Activations.size(x.rows(), x.columns()));
        int blocks = Math.ceilDiv(x.columns(), Activations.BLOCK);
        Activations scaled = new Activations(values, x.rows(), x.columns());
        Strips strips = Strips.of(blocks * x.rows());
        workers.forEach(strips.count(), (strip, scratch) -> {
            int to = strips.start(strip + 1) * Activations.STRIDE;
            for (int i = strips.start(strip) * Activations.STRIDE; i < to; i += LANES) {
                FloatVector.fromArray(SPECIES, x.values(), i).mul(factor).intoArray(values, i);
            }
        });
        return scaled;
    }

    /** Takes the sums of a panel's 32 outputs through scale, bias and epilogue to where they belong. */
    private static final class PanelEpilogue {
        private final int first;
        private final int width;
        private final Epilogue epilogue;
        private final Activations out;
        private final float[] scales;
        private final float[] bias;

        PanelEpilogue(LinearWeights layer, int panel, Epilogue epilogue, Activations out, Scratch scratch) {
            this.first = panel * WIDTH;
            this.width = layer.weight().width(panel);
            this.epilogue = epilogue;
            this.out = out;
            this.scales = padded(layer.weight().scales(), 1f, scratch.floats(1, WIDTH));
            this.bias = padded(layer.bias(), 0f, scratch.floats(2, WIDTH));
        }

        private float[] padded(float[] values, float missing, float[] buffer) {
            Arrays.fill(buffer, 0, WIDTH, missing);
            if (values.length > 0) {
                System.arraycopy(values, first, buffer, 0, width);
            }
            return buffer;
        }

        void apply(float[] sums, int from, int firstRow, int rows) {
            for (int column = 0; column < WIDTH; column += LANES) {
                FloatVector scale = FloatVector.fromArray(SPECIES, scales, column);
                FloatVector added = FloatVector.fromArray(SPECIES, bias, column);
                for (int row = 0; row < rows; row++) {
                    int at = from + row * WIDTH + column;
                    FloatVector sum = FloatVector.fromArray(SPECIES, sums, at).fma(scale, added);
                    switch (epilogue) {
                        case STORE, ADD -> {}
                        case QUICK_GELU -> sum = quickGelu(sum);
                        case GELU -> sum = gelu(sum);
                    }
                    store(sum, sums, at, firstRow + row, column);
                }
            }
        }

        private void store(FloatVector sum, float[] sums, int at, int row, int column) {
            int to = out.index(row, first) + column;
            if (column + LANES <= width) {
                FloatVector result = epilogue == Epilogue.ADD
                        ? FloatVector.fromArray(SPECIES, out.values(), to).add(sum)
                        : sum;
                result.intoArray(out.values(), to);
            } else {
                sum.intoArray(sums, at);
                for (int j = column; j < width; j++) {
                    float value = sums[at + j - column];
                    out.values()[to + j - column] =
                            epilogue == Epilogue.ADD ? out.values()[to + j - column] + value : value;
                }
            }
        }
    }

    @Override
    public void attention(
            Activations queries,
            Activations keysAndValues,
            int heads,
            List<Span> spans,
            Activations out,
            Workers workers) {
        workers.forEach(
                spans.size() * heads,
                (piece, scratch) -> new Head(queries, keysAndValues, out, out.columns() / heads, piece % heads, scratch)
                        .attend(spans.get(piece / heads)));
    }

    /** One head of one span at a time; no more than a strip's scores exist at once. */
    private record Head(
            Activations queries, Activations keysAndValues, Activations out, int size, int index, Scratch scratch) {

        void attend(Span span) {
            int keys = span.keys().length;
            MemorySegment keyPanels = packKeys(span.keys());
            MemorySegment valuePanels = packValues(span.keys());
            Activations query = scratch(0, size);
            Activations weights = scratch(1, Math.ceilDiv(keys, WIDTH) * WIDTH);
            float[] mixed = scratch.floats(2, Tile.TALLEST * WIDTH);

            Strips strips = Strips.of(span.queries());
            for (int strip = 0; strip < strips.count(); strip++) {
                int first = strips.start(strip);
                int height = strips.height(strip);
                // what the strip's last query sees; one above it gives those it does not see no weight
                int seen = span.seen(first + height - 1);
                readQueries(span.firstQuery() + first, height, query);
                for (int panel = 0; panel * WIDTH < seen; panel++) {
                    multiply(query, height, size, keyPanels, (long) panel * size, mixed);
                    for (int row = 0; row < height; row++) {
                        System.arraycopy(
                                mixed, row * WIDTH, weights.values(), weights.index(row, panel * WIDTH), WIDTH);
                    }
                }
                for (int row = 0; row < height; row++) {
                    softmax(weights, row, span.seen(first + row), Math.ceilDiv(seen, WIDTH) * WIDTH);
                }
                for (int column = 0; column < size; column += WIDTH) {
                    multiply(weights, height, seen, valuePanels, (long) (column / WIDTH) * keys, mixed);
                    for (int row = 0; row < height; row++) {
                        out.write(
                                mixed,
                                row * WIDTH,
                                span.firstQuery() + first + row,
                                index * size + column,
                                Math.min(WIDTH, size - column));
                    }
                }
            }
        }

        private Activations scratch(int slot, int columns) {
            return new Activations(
                    scratch.floats(slot, Activations.size(Tile.TALLEST, columns)), Tile.TALLEST, columns);
        }

        private static void multiply(Activations a, int height, int k, MemorySegment b, long firstRow, float[] out) {
            for (int block = 0; block < k; block += Activations.BLOCK) {
                int inputs = Math.min(Activations.BLOCK, k - block);
                long from = (firstRow + block) * WIDTH * Float.BYTES;
                Tile.multiply(
                        WeightType.F32, height, a.values(), a.index(0, block), b, from, inputs, out, 0, block > 0);
            }
        }

        /** Queries, times 1 / √D. */
        private void readQueries(int first, int height, Activations query) {
            float scale = (float) (1 / Math.sqrt(size));
            float[] row = scratch.floats(3, size);
            for (int i = 0; i < height; i++) {
                queries.read(first + i, index * size, size, row, 0);
                for (int d = 0; d < size; d++) {
                    row[d] *= scale;
                }
                query.write(row, 0, i, 0, size);
            }
        }

        /** Keys as the columns of a weight: [panels, D, 32]. */
        private MemorySegment packKeys(int[] rows) {
            int width = out.columns();
            float[] key = scratch.floats(3, size);
            float[] panel = scratch.floats(0, size * WIDTH);
            int panels = Math.ceilDiv(rows.length, WIDTH);
            MemorySegment packed = scratch.nativeFloats(0, (long) panels * size * WIDTH);
            for (int p = 0; p < panels; p++) {
                int columns = Math.min(WIDTH, rows.length - p * WIDTH);
                if (columns < WIDTH) {
                    Arrays.fill(panel, 0, size * WIDTH, 0f);
                }
                for (int j = 0; j < columns; j++) {
                    keysAndValues.read(rows[p * WIDTH + j], width + index * size, size, key, 0);
                    for (int d = 0; d < size; d++) {
                        panel[d * WIDTH + j] = key[d];
                    }
                }
                long to = (long) p * size * WIDTH * Float.BYTES;
                MemorySegment.copy(panel, 0, packed, ValueLayout.JAVA_FLOAT, to, size * WIDTH);
            }
            return packed;
        }

        /** Values as the rows of a weight: [panels, keys, 32]. */
        private MemorySegment packValues(int[] rows) {
            int width = out.columns();
            float[] value = scratch.floats(3, Math.ceilDiv(size, WIDTH) * WIDTH);
            Arrays.fill(value, size, Math.ceilDiv(size, WIDTH) * WIDTH, 0f);
            int panels = Math.ceilDiv(size, WIDTH);
            MemorySegment packed = scratch.nativeFloats(1, (long) panels * rows.length * WIDTH);
            for (int j = 0; j < rows.length; j++) {
                keysAndValues.read(rows[j], 2 * width + index * size, size, value, 0);
                for (int p = 0; p < panels; p++) {
                    long to = ((long) p * rows.length + j) * WIDTH * Float.BYTES;
                    MemorySegment.copy(value, p * WIDTH, packed, ValueLayout.JAVA_FLOAT, to, WIDTH);
                }
            }
            return packed;
        }
    }

    /** Softmax over the first {@code seen} columns of a row; those behind, up to {@code padded}, become 0. */
    private static void softmax(Activations scores, int row, int seen, int padded) {
        float[] values = scores.values();
        for (int column = seen; column < padded; column++) {
            values[scores.index(row, column)] = Float.NEGATIVE_INFINITY;
        }
        FloatVector maxima = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int column = 0; column < padded; column += LANES) {
            maxima = maxima.max(FloatVector.fromArray(SPECIES, values, scores.index(row, column)));
        }
        float max = maxima.reduceLanes(VectorOperators.MAX);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int column = 0; column < padded; column += LANES) {
            int at = scores.index(row, column);
            FloatVector e = exp(FloatVector.fromArray(SPECIES, values, at).sub(max));
            e.intoArray(values, at);
            sums = sums.add(e);
        }
        float scale = 1 / sum(sums);
        for (int column = 0; column < padded; column += LANES) {
            int at = scores.index(row, column);
            FloatVector.fromArray(SPECIES, values, at).mul(scale).intoArray(values, at);
        }
    }

    /**
     * The sum of all lanes, halves upon halves. {@code reduceLanes} may add in any order, and does add in another one in
     * compiled code than in interpreted code: then a result would depend on when it was computed.
     */
    private static float sum(FloatVector x) {
        FloatVector folded = x;
        for (int half = LANES / 2; half > 0; half /= 2) {
            folded = folded.add(folded.rearrange(VectorShuffle.iota(SPECIES, half, 1, true)));
        }
        return folded.lane(0);
    }

    private static FloatVector quickGelu(FloatVector x) {
        return x.div(boundedExp(x.mul(-1.702f)).add(1f));
    }

    /** x · Φ(x), through the same erfc as the scalar kernels. */
    private static FloatVector gelu(FloatVector x) {
        FloatVector z = x.abs().mul((float) Math.sqrt(0.5));
        FloatVector t = FloatVector.broadcast(SPECIES, 1f).div(z.mul(0.5f).add(1f));
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = ScalarKernels.ERFC.length - 1; i >= 0; i--) {
            sum = sum.fma(t, FloatVector.broadcast(SPECIES, (float) ScalarKernels.ERFC[i]));
        }
        FloatVector tail = t.mul(exp(sum.sub(z.mul(z)))).mul(0.5f);
        FloatVector above = x.mul(FloatVector.broadcast(SPECIES, 1f).sub(tail));
        return above.blend(x.mul(tail), x.lt(0f));
    }

    /** Adding it rounds a small float to an integer, which then stands in the low bits of the sum. */
    private static final float ROUND = 0x1.8p23f;

    private static final float LOG2_E = 1.442695f;

    /** e^x as {@link #boundedExp}, but 0 below -87. */
    private static FloatVector exp(FloatVector x) {
        return boundedExp(x).blend(0f, x.lt(-87f));
    }

    /**
     * e^x within 2 ulp: x = n · ln 2 + r with |r| ≤ ln 2 / 2, a polynomial for e^r (its Taylor series, whose next term is
     * below half an ulp), and n put into the exponent. Below -87 the result is e^-87, above 88 it is e^88.
     */
    private static FloatVector boundedExp(FloatVector x) {
        FloatVector bounded = x.max(-87f).min(88f);
        FloatVector shifted =
                bounded.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
        FloatVector n = shifted.sub(ROUND);
        // ln 2 in two parts, the first with so few bits that n times it is exact
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -0x1.62e4p-1f), bounded);
        r = n.fma(FloatVector.broadcast(SPECIES, -0x1.7f7d1cp-20f), r);
        FloatVector sum = FloatVector.broadcast(SPECIES, 1f / 5040);
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 720));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 120));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 24));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f / 6));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1f));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return sum.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }

    /** Splits M rows into strips as even as can be, none taller than the tallest tile: 50 rows are 5 strips of 10. */
    private record Strips(int rows, int count) {
        static Strips of(int rows) {
            return new Strips(rows, Math.ceilDiv(rows, Tile.TALLEST));
        }

        int start(int strip) {
            return (int) ((long) rows * strip / count);
        }

        int height(int strip) {
            return start(strip + 1) - start(strip);
        }
    }
}
