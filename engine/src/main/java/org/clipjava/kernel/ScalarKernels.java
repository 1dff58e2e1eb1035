package org.clipjava.kernel;

import java.util.Arrays;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/** The specification: each operation as the papers write it, in the order that the vector kernels also sum in. */
final class ScalarKernels implements Kernels {
    private final boolean inBf16;

    /** @param inBf16 whether BF16 weights are multiplied in {@link Bf16}; they are widened otherwise */
    ScalarKernels(boolean inBf16) {
        this.inBf16 = inBf16;
    }

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public void layerNorm(Activations x, LayerNormWeights weights, Activations out, Workers workers) {
        int width = weights.width();
        workers.forEach(x.rows(), (row, scratch) -> {
            float[] values = scratch.floats(0, width);
            x.read(row, 0, width, values, 0);
            float sum = 0;
            for (int i = 0; i < width; i++) {
                sum += values[i];
            }
            float mean = sum / width;
            float squares = 0;
            for (int i = 0; i < width; i++) {
                float centred = values[i] - mean;
                squares += centred * centred;
            }
            float scale = (float) (1 / Math.sqrt(squares / width + weights.eps()));
            for (int i = 0; i < width; i++) {
                values[i] = (values[i] - mean) * scale * weights.weight()[i] + weights.bias()[i];
            }
            out.write(values, 0, row, 0, width);
        });
    }

    @Override
    public void linear(
            Activations x, LinearWeights layer, Outputs outputs, Epilogue epilogue, Activations out, Workers workers) {
        PanelMatrix weight = layer.weight();
        if (weight.type() == WeightType.INT8) {
            integerLinear(x, layer, outputs, epilogue, out, workers);
            return;
        }
        boolean narrow = inBf16 && weight.type() == WeightType.BF16;
        int inputs = weight.inputs();
        workers.forEach(outputs.panels(), (piece, scratch) -> {
            int panel = outputs.firstPanel() + piece;
            int first = panel * PanelMatrix.WIDTH;
            int width = weight.width(panel);
            float[] weights = scratch.floats(0, inputs * PanelMatrix.WIDTH);
            weight.readPanel(panel, weights);
            float[] values = scratch.floats(1, inputs);
            float[] sums = scratch.floats(2, PanelMatrix.WIDTH);
            float[] residual = scratch.floats(3, PanelMatrix.WIDTH);
            for (int row = 0; row < x.rows(); row++) {
                x.read(row, 0, inputs, values, 0);
                out.read(row, first, width, residual, 0);
                Arrays.fill(sums, 0, PanelMatrix.WIDTH, 0f);
                if (narrow) {
                    multiplyBf16(values, weights, inputs, sums);
                } else {
                    multiply(values, weights, inputs, sums);
                }
                for (int j = 0; j < width; j++) {
                    float sum = layer.bias().length == 0 ? sums[j] : sums[j] + layer.bias()[first + j];
                    sums[j] = finish(epilogue, sum, residual[j]);
                }
                out.write(sums, 0, row, first, width);
            }
        });
    }

    private static void multiply(float[] values, float[] weights, int inputs, float[] sums) {
        for (int k = 0; k < inputs; k++) {
            float value = values[k];
            for (int j = 0; j < PanelMatrix.WIDTH; j++) {
                sums[j] += value * weights[k * PanelMatrix.WIDTH + j];
            }
        }
    }

    /** As {@link DotProducts#multiplyPairs} says, of values that are rounded here. */
    private static void multiplyBf16(float[] values, float[] weights, int inputs, float[] sums) {
        for (int j = 0; j < PanelMatrix.WIDTH; j++) {
            for (int step = 0; step < inputs; step += Bf16.STEP) {
                float[] chains = new float[2];
                for (int k = step; k < Math.min(step + Bf16.STEP, inputs); k++) {
                    float value = Bf16.value(Bf16.bits(values[k]));
                    float weight = Bf16.value(Bf16.bits(weights[k * PanelMatrix.WIDTH + j]));
                    chains[k % 2] = Math.fma(value, weight, chains[k % 2]);
                }
                sums[j] += chains[0] + chains[1];
            }
        }
    }

    /** With activations rounded to levels, [M, K], each row to its own; products and sums are integers. */
    private static void integerLinear(
            Activations x, LinearWeights layer, Outputs outputs, Epilogue epilogue, Activations out, Workers workers) {
        PanelMatrix weight = layer.weight();
        int inputs = weight.inputs();
        workers.forEach(outputs.panels(), (piece, scratch) -> {
            int panel = outputs.firstPanel() + piece;
            int first = panel * PanelMatrix.WIDTH;
            int width = weight.width(panel);
            byte[] weights = new byte[inputs * PanelMatrix.WIDTH];
            weight.readPanel(panel, weights);
            float[] values = scratch.floats(0, inputs);
            float[] results = scratch.floats(1, PanelMatrix.WIDTH);
            int[] levels = new int[inputs];
            for (int row = 0; row < x.rows(); row++) {
                x.read(row, 0, inputs, values, 0);
                float least = 0;
                float largest = 0;
                for (int k = 0; k < inputs; k++) {
                    least = Math.min(least, values[k]);
                    largest = Math.max(largest, values[k]);
                }
                float step = QuantizedRows.step(least, largest);
                int zero = QuantizedRows.zero(least, step);
                for (int k = 0; k < inputs; k++) {
                    levels[k] = QuantizedRows.level(values[k], step, zero) - zero;
                }
                out.read(row, first, width, results, 0);
                for (int j = 0; j < width; j++) {
                    int sum = 0;
                    for (int k = 0; k < inputs; k++) {
                        sum += levels[k] * weights[k * PanelMatrix.WIDTH + j];
                    }
                    float bias = layer.bias().length == 0 ? 0 : layer.bias()[first + j];
                    float result = Math.fma(sum * step, weight.scales()[first + j], bias);
                    results[j] = finish(epilogue, result, results[j]);
                }
                out.write(results, 0, row, first, width);
            }
        });
    }

    private static float finish(Epilogue epilogue, float sum, float residual) {
        return switch (epilogue) {
            case STORE -> sum;
            case ADD -> residual + sum;
            case QUICK_GELU -> quickGelu(sum);
            case GELU -> gelu(sum);
            case GELU_TANH -> geluTanh(sum);
        };
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
        int width = out.columns();
        int size = width / heads;
        float scale = (float) (1 / Math.sqrt(size));
        int asking = form.asking().column(width);
        int asked = form.asked().column(width);
        workers.forEach(spans.size() * heads, (piece, scratch) -> {
            Span span = spans.get(piece / heads);
            int head = piece % heads * size;
            float[] query = scratch.floats(0, size);
            float[] scores = scratch.floats(1, span.keys().length);
            float[] other = scratch.floats(2, size);
            float[] mixed = scratch.floats(3, size);
            for (int i = 0; i < span.queries(); i++) {
                int row = span.firstQuery() + i;
                queries.read(row, asking + head, size, query, 0);
                int seen = span.seen(i);
                if (form.bias().isPresent()) {
                    form.bias().get().write(i, scores);
                } else {
                    Arrays.fill(scores, 0, seen, 0f);
                }
                for (int j = 0; j < seen; j++) {
                    keysAndValues.read(span.keys()[j], asked + head, size, other, 0);
                    float dot = 0;
                    for (int d = 0; d < size; d++) {
                        dot += query[d] * scale * other[d];
                    }
                    scores[j] += dot;
                }
                softmax(scores, seen);
                Arrays.fill(mixed, 0, size, 0f);
                for (int j = 0; j < seen; j++) {
                    keysAndValues.read(span.keys()[j], 2 * width + head, size, other, 0);
                    for (int d = 0; d < size; d++) {
                        mixed[d] += scores[j] * other[d];
                    }
                }
                out.write(mixed, 0, row, head, size);
            }
        });
    }

    private static void softmax(float[] scores, int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, scores[i]);
        }
        float sum = 0;
        for (int i = 0; i < length; i++) {
            scores[i] = (float) Math.exp(scores[i] - max);
            sum += scores[i];
        }
        for (int i = 0; i < length; i++) {
            scores[i] /= sum;
        }
    }

    private static float quickGelu(float x) {
        return (float) (x / (1 + Math.exp(-1.702 * x)));
    }

    /** x · Φ(x) = x · erfc(-x / √2) / 2. */
    private static float gelu(float x) {
        double tail = 0.5 * erfc(Math.abs(x) * Math.sqrt(0.5));
        return (float) (x >= 0 ? x * (1 - tail) : x * tail);
    }

    /** As 0.5 · (1 + tanh(u)) = 1 / (1 + e^-2u). */
    private static float geluTanh(float x) {
        double u = GELU_TANH_SLOPE * (x + GELU_TANH_CUBE * x * x * x);
        return (float) (x / (1 + Math.exp(-2 * u)));
    }

    /** The complementary error function for x ≥ 0, within 1.2e-7 relative (Numerical Recipes, 2nd ed., section 6.2). */
    private static double erfc(double x) {
        double t = 1 / (1 + 0.5 * x);
        double sum = 0;
        for (int i = ERFC.length - 1; i >= 0; i--) {
            sum = sum * t + ERFC[i];
        }
        return t * Math.exp(-x * x + sum);
    }

    /** √(2/π). */
    static final double GELU_TANH_SLOPE = Math.sqrt(2 / Math.PI);

    static final double GELU_TANH_CUBE = 0.044715;

    /** The polynomial of erfc in t, constant first. */
    static final double[] ERFC = {
        -1.26551223,
        1.00002368,
        0.37409196,
        0.09678418,
        -0.18628806,
        0.27886807,
        -1.13520398,
        1.48851587,
        -0.82215223,
        0.17087277
    };
}
