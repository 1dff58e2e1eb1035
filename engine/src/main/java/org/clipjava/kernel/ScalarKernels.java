package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.Matrix;

/** The specification: each operation as the papers write it, in the order that the vector kernels also sum in. */
final class ScalarKernels implements Kernels {
    /** Outputs summed side by side; wide enough for the compiler to vectorise the innermost loop. */
    private static final int PANEL = 64;

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public PackedMatrix pack(Matrix weight, Arena arena) {
        return PackedMatrix.of(weight, PANEL, arena);
    }

    @Override
    public void layerNorm(float[] x, int rows, LayerNormWeights weights, float[] out, Workers workers) {
        int width = weights.width();
        workers.forEach(rows, (row, scratch) -> {
            int from = row * width;
            float sum = 0;
            for (int i = 0; i < width; i++) {
                sum += x[from + i];
            }
            float mean = sum / width;
            float squares = 0;
            for (int i = 0; i < width; i++) {
                float centred = x[from + i] - mean;
                squares += centred * centred;
            }
            float scale = (float) (1 / Math.sqrt(squares / width + weights.eps()));
            for (int i = 0; i < width; i++) {
                out[from + i] = (x[from + i] - mean) * scale * weights.weight()[i] + weights.bias()[i];
            }
        });
    }

    @Override
    public void linear(
            float[] x, int rows, PackedMatrix weight, float[] bias, Epilogue epilogue, float[] out, Workers workers) {
        int inputs = weight.inputs();
        int outputs = weight.outputs();
        workers.forEach(weight.panelCount(), (panel, scratch) -> {
            float[] weights = scratch.floats(0, inputs * PANEL);
            MemorySegment.copy(
                    weight.panels(), ValueLayout.JAVA_FLOAT, weight.offset(panel), weights, 0, inputs * PANEL);
            float[] sums = scratch.floats(1, PANEL);
            for (int row = 0; row < rows; row++) {
                Arrays.fill(sums, 0, PANEL, 0f);
                for (int k = 0; k < inputs; k++) {
                    float value = x[row * inputs + k];
                    for (int j = 0; j < PANEL; j++) {
                        sums[j] += value * weights[k * PANEL + j];
                    }
                }
                int first = panel * PANEL;
                for (int j = 0; j < weight.width(panel); j++) {
                    float sum = bias.length == 0 ? sums[j] : sums[j] + bias[first + j];
                    int at = row * outputs + first + j;
                    out[at] = switch (epilogue) {
                        case STORE -> sum;
                        case ADD -> out[at] + sum;
                        case QUICK_GELU -> quickGelu(sum);
                        case GELU -> gelu(sum);
                    };
                }
            }
        });
    }

    @Override
    public void attention(
            float[] qkv, int width, Sequences sequences, int heads, boolean causal, float[] out, Workers workers) {
        int headSize = width / heads;
        float scale = (float) (1 / Math.sqrt(headSize));
        workers.forEach(sequences.count() * heads, (piece, scratch) -> {
            int sequence = piece / heads;
            int head = piece % heads * headSize;
            int start = sequences.start(sequence);
            int length = sequences.length(sequence);
            float[] scores = scratch.floats(0, length);
            for (int i = 0; i < length; i++) {
                int query = (start + i) * 3 * width + head;
                int seen = causal ? i + 1 : length;
                for (int j = 0; j < seen; j++) {
                    int key = (start + j) * 3 * width + width + head;
                    float dot = 0;
                    for (int d = 0; d < headSize; d++) {
                        dot += qkv[query + d] * scale * qkv[key + d];
                    }
                    scores[j] = dot;
                }
                softmax(scores, seen);
                int to = (start + i) * width + head;
                Arrays.fill(out, to, to + headSize, 0f);
                for (int j = 0; j < seen; j++) {
                    int value = (start + j) * 3 * width + 2 * width + head;
                    for (int d = 0; d < headSize; d++) {
                        out[to + d] += scores[j] * qkv[value + d];
                    }
                }
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

    /** The complementary error function for x ≥ 0, within 1.2e-7 relative (Numerical Recipes, 2nd ed., section 6.2). */
    private static double erfc(double x) {
        double t = 1 / (1 + 0.5 * x);
        double sum = 0;
        for (int i = ERFC.length - 1; i >= 0; i--) {
            sum = sum * t + ERFC[i];
        }
        return t * Math.exp(-x * x + sum);
    }

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
