package org.clipjava.kernel;

import static org.clipjava.kernel.Tiles.LANES;
import static org.clipjava.kernel.Tiles.PANEL;
import static org.clipjava.kernel.Tiles.SPECIES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.Matrix;

/**
 * The Vector API, in the widest vectors that the processor has.
 *
 * <p>All multiplies, those of attention too, run on {@link Tiles}: activations are packed into strips of up to 12 rows
 * and weights into panels of two vectors, so that both are read forwards.
 */
final class VectorKernels implements Kernels {
    /**
     * Inputs per pass over a panel. A block of a panel (128 kB at 512 bits) and the strips' share of the activations stay
     * in a 1 MB second-level cache together; a whole K of 3,072 would not.
     */
    private static final int K_BLOCK = 1024;

    private VectorKernels() {}

    static VectorKernels preferred() {
        return new VectorKernels();
    }

    @Override
    public String description() {
        return "vector, " + SPECIES.vectorBitSize() + " bits";
    }

    @Override
    public PackedMatrix pack(Matrix weight, Arena arena) {
        return PackedMatrix.of(weight, PANEL, arena);
    }

    @Override
    public void layerNorm(float[] x, int rows, LayerNormWeights weights, float[] out, Workers workers) {
        int width = weights.width();
        Strips strips = new Strips(rows);
        workers.forEach(strips.count(), (strip, scratch) -> {
            for (int row = strips.start(strip); row < strips.start(strip + 1); row++) {
                layerNorm(x, row * width, weights, out);
            }
        });
    }

    private static void layerNorm(float[] x, int from, LayerNormWeights weights, float[] out) {
        int width = weights.width();
        int vectors = SPECIES.loopBound(width);

        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < vectors; i += LANES) {
            sums = sums.add(FloatVector.fromArray(SPECIES, x, from + i));
        }
        float sum = sum(sums);
        for (int i = vectors; i < width; i++) {
            sum += x[from + i];
        }
        float mean = sum / width;

        FloatVector squares = FloatVector.zero(SPECIES);
        for (int i = 0; i < vectors; i += LANES) {
            FloatVector centred = FloatVector.fromArray(SPECIES, x, from + i).sub(mean);
            squares = centred.fma(centred, squares);
        }
        float square = sum(squares);
        for (int i = vectors; i < width; i++) {
            float centred = x[from + i] - mean;
            square += centred * centred;
        }
        float scale = (float) (1 / Math.sqrt(square / width + weights.eps()));

        for (int i = 0; i < vectors; i += LANES) {
            FloatVector centred = FloatVector.fromArray(SPECIES, x, from + i).sub(mean);
            FloatVector weight = FloatVector.fromArray(SPECIES, weights.weight(), i);
            FloatVector bias = FloatVector.fromArray(SPECIES, weights.bias(), i);
            centred.mul(scale).fma(weight, bias).intoArray(out, from + i);
        }
        for (int i = vectors; i < width; i++) {
            out[from + i] = (x[from + i] - mean) * scale * weights.weight()[i] + weights.bias()[i];
        }
    }

    @Override
    public void linear(
            float[] x, int rows, PackedMatrix weight, float[] bias, Epilogue epilogue, float[] out, Workers workers) {
        int inputs = weight.inputs();
        Strips strips = new Strips(rows);
        float[] packed = workers.shared().floats(0, rows * inputs);
        workers.forEach(strips.count(), (strip, scratch) -> {
            int start = strips.start(strip);
            transpose(x, start * inputs, inputs, strips.height(strip), inputs, packed, start * inputs);
        });
        workers.forEach(weight.panelCount(), (panel, scratch) -> {
            float[] sums = scratch.floats(1, rows * PANEL);
            for (int k = 0; k < inputs; k += K_BLOCK) {
                long weights = weight.offset(panel) + (long) k * PANEL * Float.BYTES;
                int block = Math.min(K_BLOCK, inputs - k);
                for (int strip = 0; strip < strips.count(); strip++) {
                    int start = strips.start(strip);
                    int height = strips.height(strip);
                    Tiles.multiply(
                            height,
                            packed,
                            start * inputs + k * height,
                            weight.panels(),
                            weights,
                            block,
                            sums,
                            start * PANEL,
                            PANEL,
                            k > 0);
                }
            }
            finish(sums, rows, weight, panel, bias, epilogue, out, scratch);
        });
    }

    /** Takes a panel's sums, [M, PANEL], through bias and epilogue to their columns of {@code out}. */
    private static void finish(
            float[] sums,
            int rows,
            PackedMatrix weight,
            int panel,
            float[] bias,
            Epilogue epilogue,
            float[] out,
            Scratch scratch) {
        int first = panel * PANEL;
        int width = weight.width(panel);
        float[] padded = scratch.floats(2, PANEL);
        Arrays.fill(padded, 0, PANEL, 0f);
        if (bias.length > 0) {
            System.arraycopy(bias, first, padded, 0, width);
        }
        FloatVector bias0 = FloatVector.fromArray(SPECIES, padded, 0);
        FloatVector bias1 = FloatVector.fromArray(SPECIES, padded, LANES);
        for (int row = 0; row < rows; row++) {
            int from = row * PANEL;
            int to = row * weight.outputs() + first;
            FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, from).add(bias0);
            FloatVector sum1 =
                    FloatVector.fromArray(SPECIES, sums, from + LANES).add(bias1);
            switch (epilogue) {
                case STORE, ADD -> {}
                case QUICK_GELU -> {
                    sum0 = quickGelu(sum0);
                    sum1 = quickGelu(sum1);
                }
                case GELU -> {
                    sum0 = gelu(sum0);
                    sum1 = gelu(sum1);
                }
            }
            if (width == PANEL) {
                if (epilogue == Epilogue.ADD) {
                    sum0 = sum0.add(FloatVector.fromArray(SPECIES, out, to));
                    sum1 = sum1.add(FloatVector.fromArray(SPECIES, out, to + LANES));
                }
                sum0.intoArray(out, to);
                sum1.intoArray(out, to + LANES);
            } else {
                sum0.intoArray(sums, from);
                sum1.intoArray(sums, from + LANES);
                for (int j = 0; j < width; j++) {
                    out[to + j] = epilogue == Epilogue.ADD ? out[to + j] + sums[from + j] : sums[from + j];
                }
            }
        }
    }

    @Override
    public void attention(
            float[] qkv, int width, Sequences sequences, int heads, boolean causal, float[] out, Workers workers) {
        workers.forEach(
                sequences.count() * heads,
                (piece, scratch) -> new Head(qkv, width, width / heads, piece % heads, causal, scratch)
                        .attend(sequences.start(piece / heads), sequences.length(piece / heads), out));
    }

    /** One head of one sequence at a time; no more than a strip's scores exist at once. */
    private record Head(float[] qkv, int width, int size, int index, boolean causal, Scratch scratch) {

        void attend(int start, int length, float[] out) {
            int keyPanels = Math.ceilDiv(length, PANEL);
            int valuePanels = Math.ceilDiv(size, PANEL);
            MemorySegment keys = packKeys(start, length, keyPanels);
            MemorySegment values = packValues(start, length, valuePanels);
            int keyStride = keyPanels * PANEL;
            float[] queries = scratch.floats(0, Tiles.TALLEST * size);
            float[] scores = scratch.floats(1, Tiles.TALLEST * keyStride);
            float[] weights = scratch.floats(2, Tiles.TALLEST * length);
            float[] mixed = scratch.floats(3, Tiles.TALLEST * PANEL);
            float scale = (float) (1 / Math.sqrt(size));

            Strips strips = new Strips(length);
            for (int strip = 0; strip < strips.count(); strip++) {
                int first = strips.start(strip);
                int height = strips.height(strip);
                // the keys that the strip's last row sees; a row above it gives those it does not see no weight
                int seen = causal ? first + height : length;
                transpose(qkv, (start + first) * 3 * width + index * size, 3 * width, height, size, queries, 0);
                for (int i = 0; i < height * size; i++) {
                    queries[i] *= scale;
                }
                for (int panel = 0; panel * PANEL < seen; panel++) {
                    long from = (long) panel * size * PANEL * Float.BYTES;
                    Tiles.multiply(height, queries, 0, keys, from, size, scores, panel * PANEL, keyStride, false);
                }
                for (int row = 0; row < height; row++) {
                    softmax(
                            scores,
                            row * keyStride,
                            causal ? first + row + 1 : length,
                            Math.ceilDiv(seen, PANEL) * PANEL);
                }
                transpose(scores, 0, keyStride, height, seen, weights, 0);
                for (int panel = 0; panel < valuePanels; panel++) {
                    long from = (long) panel * length * PANEL * Float.BYTES;
                    Tiles.multiply(height, weights, 0, values, from, seen, mixed, 0, PANEL, false);
                    int columns = Math.min(PANEL, size - panel * PANEL);
                    for (int row = 0; row < height; row++) {
                        int to = (start + first + row) * width + index * size + panel * PANEL;
                        System.arraycopy(mixed, row * PANEL, out, to, columns);
                    }
                }
            }
        }

        /** Keys as the columns of a weight: [panels, D, PANEL]. */
        private MemorySegment packKeys(int start, int length, int panels) {
            float[] panel = scratch.floats(0, size * PANEL);
            MemorySegment packed = scratch.nativeFloats(0, (long) panels * size * PANEL);
            for (int p = 0; p < panels; p++) {
                int columns = Math.min(PANEL, length - p * PANEL);
                if (columns < PANEL) {
                    Arrays.fill(panel, 0, size * PANEL, 0f);
                }
                for (int j = 0; j < columns; j++) {
                    int from = (start + p * PANEL + j) * 3 * width + width + index * size;
                    for (int d = 0; d < size; d++) {
                        panel[d * PANEL + j] = qkv[from + d];
                    }
                }
                long to = (long) p * size * PANEL * Float.BYTES;
                MemorySegment.copy(panel, 0, packed, ValueLayout.JAVA_FLOAT, to, size * PANEL);
            }
            return packed;
        }

        /** Values as the rows of a weight: [panels, N, PANEL]. */
        private MemorySegment packValues(int start, int length, int panels) {
            float[] padded = scratch.floats(0, PANEL);
            MemorySegment packed = scratch.nativeFloats(1, (long) panels * length * PANEL);
            for (int p = 0; p < panels; p++) {
                int columns = Math.min(PANEL, size - p * PANEL);
                Arrays.fill(padded, columns, PANEL, 0f);
                for (int j = 0; j < length; j++) {
                    int from = (start + j) * 3 * width + 2 * width + index * size + p * PANEL;
                    System.arraycopy(qkv, from, padded, 0, columns);
                    long to = ((long) p * length + j) * PANEL * Float.BYTES;
                    MemorySegment.copy(padded, 0, packed, ValueLayout.JAVA_FLOAT, to, PANEL);
                }
            }
            return packed;
        }
    }

    /** Softmax over {@code scores[from, from + seen)}; what follows up to {@code padded}, a multiple of the lanes, becomes 0. */
    private static void softmax(float[] scores, int from, int seen, int padded) {
        Arrays.fill(scores, from + seen, from + padded, Float.NEGATIVE_INFINITY);
        FloatVector maxima = FloatVector.fromArray(SPECIES, scores, from);
        for (int i = LANES; i < padded; i += LANES) {
            maxima = maxima.max(FloatVector.fromArray(SPECIES, scores, from + i));
        }
        float max = maxima.reduceLanes(VectorOperators.MAX);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < padded; i += LANES) {
            FloatVector e = exp(FloatVector.fromArray(SPECIES, scores, from + i).sub(max));
            e.intoArray(scores, from + i);
            sums = sums.add(e);
        }
        float scale = 1 / sum(sums);
        for (int i = 0; i < padded; i += LANES) {
            FloatVector.fromArray(SPECIES, scores, from + i).mul(scale).intoArray(scores, from + i);
        }
    }

    /** Copies {@code height} rows of {@code columns}, {@code stride} apart, to [columns, height]. */
    private static void transpose(float[] x, int from, int stride, int height, int columns, float[] out, int to) {
        for (int row = 0; row < height; row++) {
            for (int k = 0; k < columns; k++) {
                out[to + k * height + row] = x[from + row * stride + k];
            }
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
        return x.div(exp(x.mul(-1.702f)).add(1f));
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

    /**
     * e^x within 2 ulp: x = n · ln 2 + r with |r| ≤ ln 2 / 2, a polynomial for e^r (its Taylor series, whose next term is
     * below half an ulp), and n put into the exponent. Below -87 the result is 0, above 88 it is e^88.
     */
    private static FloatVector exp(FloatVector x) {
        VectorMask<Float> vanishes = x.lt(-87f);
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
        FloatVector scaled = sum.reinterpretAsInts().add(exponent).reinterpretAsFloats();
        return scaled.blend(0f, vanishes);
    }

    /** Splits M rows into strips as even as can be, none taller than the tallest tile: 50 rows are 5 strips of 10. */
    private record Strips(int rows, int count) {
        Strips(int rows) {
            this(rows, Math.ceilDiv(rows, Tiles.TALLEST));
        }

        int start(int strip) {
            return (int) ((long) rows * strip / count);
        }

        int height(int strip) {
            return start(strip + 1) - start(strip);
        }
    }
}
