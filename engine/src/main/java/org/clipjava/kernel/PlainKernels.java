package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;

import java.util.Arrays;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;

/**
 * The vector kernels without the Vector API: what its lanes do, in loops, with the same results bit for bit. The JVM compiles such
 * loops within milliseconds, where vectors take it a second; after that, vectors are several times faster.
 */
final class PlainKernels implements Kernels {
    @Override
    public String description() {
        return "plain Java";
    }

    @Override
    public void layerNorm(Activations x, LayerNormWeights weights, Activations out, Workers workers) {
        int width = weights.width();
        workers.forEach(x.rows(), (row, scratch) -> {
            float[] values = scratch.floats(0, width);
            x.read(row, 0, width, values, 0);
            layerNorm(values, weights, scratch.floats(1, LANES));
            out.write(values, 0, row, 0, width);
        });
    }

    private static void layerNorm(float[] values, LayerNormWeights weights, float[] lanes) {
        int width = weights.width();
        int whole = width / LANES * LANES;
        Arrays.fill(lanes, 0, LANES, 0f);
        for (int i = 0; i < whole; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                lanes[lane] += values[i + lane];
            }
        }
        float rest = 0;
        for (int i = whole; i < width; i++) {
            rest += values[i];
        }
        float mean = (sum(lanes) + rest) / width;

        Arrays.fill(lanes, 0, LANES, 0f);
        for (int i = 0; i < whole; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                float centred = values[i + lane] - mean;
                lanes[lane] = Math.fma(centred, centred, lanes[lane]);
            }
        }
        rest = 0;
        for (int i = whole; i < width; i++) {
            float centred = values[i] - mean;
            rest += centred * centred;
        }
        float scale = (float) (1 / Math.sqrt((sum(lanes) + rest) / width + weights.eps()));

        float[] weight = weights.weight();
        float[] bias = weights.bias();
        for (int i = 0; i < whole; i++) {
            values[i] = Math.fma((values[i] - mean) * scale, weight[i], bias[i]);
        }
        for (int i = whole; i < width; i++) {
            values[i] = (values[i] - mean) * scale * weight[i] + bias[i];
        }
    }

    /** As {@link VectorMath#sum}. Overwrites the lanes. */
    private static float sum(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                lanes[lane] += lanes[lane + half];
            }
        }
        return lanes[0];
    }

    @Override
    public void linear(
            Activations x, LinearWeights layer, Outputs outputs, Epilogue epilogue, Activations out, Workers workers) {
        int inputs = layer.weight().inputs();
        boolean integers = layer.weight().type() == WeightType.INT8;
        QuantizedRows levels = workers.quantized();
        if (integers) {
            quantize(x, inputs, levels, workers);
        }
        new PlainLinear(integers ? levels.floats() : x, layer, epilogue, out, levels).run(outputs, workers);
    }

    private static void quantize(Activations x, int inputs, QuantizedRows levels, Workers workers) {
        levels.resize(x.rows(), inputs, false);
        Activations out = levels.floats();
        workers.forEach(x.rows(), (row, scratch) -> {
            float[] values = scratch.floats(0, inputs);
            x.read(row, 0, inputs, values, 0);
            float least = 0;
            float largest = 0;
            for (int i = 0; i < inputs; i++) {
                least = Math.min(least, values[i]);
                largest = Math.max(largest, values[i]);
            }
            levels.setRange(row, least, largest);
            float step = levels.step(row);
            int zero = levels.zero(row);
            for (int i = 0; i < inputs; i++) {
                values[i] = QuantizedRows.level(values[i], step, zero);
            }
            out.write(values, 0, row, 0, inputs);
        });
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
        workers.forEach(
                spans.size() * heads,
                (piece, scratch) -> attend(
                        form,
                        queries,
                        keysAndValues,
                        spans.get(piece / heads),
                        piece % heads * size,
                        size,
                        out,
                        scratch));
    }

    /** One head, whose columns begin at {@code head}, of one span. */
    private static void attend(
            AttentionForm form,
            Activations queries,
            Activations keysAndValues,
            Span span,
            int head,
            int size,
            Activations out,
            Scratch scratch) {
        int width = out.columns();
        int count = span.keys().length;
        float[] row = scratch.floats(3, Math.max(count, size));
        float[][] keys = keys(keysAndValues, span.keys(), form.asked().column(width) + head, size, row, scratch);
        float[][] values = values(keysAndValues, span.keys(), 2 * width + head, size, scratch);
        float[] scores = scratch.floats(2, count);
        float[] sums = scratch.floats(4, Math.max(size, LANES));
        float scale = (float) (1 / Math.sqrt(size));
        for (int i = 0; i < span.queries(); i++) {
            int query = span.firstQuery() + i;
            int seen = span.seen(i);
            Arrays.fill(scores, 0, count, 0f);
            if (form.bias().isPresent()) {
                form.bias().get().write(i, row);
                float unscaled = (float) Math.sqrt(size);
                for (int key = 0; key < count; key++) {
                    scores[key] = row[key] * unscaled;
                }
            }
            queries.read(query, form.asking().column(width) + head, size, row, 0);
            PlainLinear.multiply(row, keys, size, scores, seen);
            float factor = softmax(scores, seen, scale, sums);
            Arrays.fill(sums, 0, size, 0f);
            PlainLinear.multiply(scores, values, seen, sums, size);
            for (int d = 0; d < size; d++) {
                sums[d] *= factor;
            }
            out.write(sums, 0, query, head, size);
        }
    }

    /** Keys as the columns of a weight: [D, keys]. */
    private static float[][] keys(
            Activations keysAndValues, int[] rows, int first, int size, float[] key, Scratch scratch) {
        float[][] keys = scratch.rows(0, size, rows.length);
        for (int j = 0; j < rows.length; j++) {
            keysAndValues.read(rows[j], first, size, key, 0);
            for (int d = 0; d < size; d++) {
                keys[d][j] = key[d];
            }
        }
        return keys;
    }

    /** Values as the rows of a weight: [keys, D]. */
    private static float[][] values(Activations keysAndValues, int[] rows, int first, int size, Scratch scratch) {
        float[][] values = scratch.rows(1, rows.length, size);
        for (int j = 0; j < rows.length; j++) {
            keysAndValues.read(rows[j], first, size, values[j], 0);
        }
        return values;
    }

    /**
     * Softmax of a query's scores, but for the division.
     *
     * @param scores become the exponentials
     * @param lanes for scratch
     * @return one over the sum
     */
    private static float softmax(float[] scores, int seen, float scale, float[] lanes) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < seen; i++) {
            max = Math.max(max, scores[i]);
        }
        for (int i = 0; i < seen; i++) {
            scores[i] = PlainMath.exp(scores[i], max, scale);
        }
        Arrays.fill(lanes, 0, LANES, 0f);
        for (int i = 0; i < seen; i++) {
            lanes[i % LANES] += scores[i];
        }
        return 1 / sum(lanes);
    }
}
