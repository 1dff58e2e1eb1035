package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.math3.special.Erf;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.Matrix;
import org.clipjava.weights.WeightType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of {@link Kernels} does, held against double precision. */
abstract class KernelsContract {
    /**
     * A float carries 2^-24 of rounding per operation. Sums of up to 3,072 products, added one after the other, drift by some
     * √3072 roundings of the largest partial sum: 3.3e-6. Three times that is the bound, relative to the largest value.
     */
    private static final double TOLERANCE = 1e-5;

    /** Written around every output, to see that nothing else was. */
    private static final float GUARD = 12345.678f;

    private static final int GUARD_SIZE = 64;

    private final Random random = new Random(20261124);

    abstract Kernels kernels();

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1, 7, 13",
        "7, 13, 1",
        "12, 64, 64",
        "13, 207, 33",
        "50, 768, 130",
        "5, 3072, 40",
        "5, 1025, 40",
        "207, 13, 7"
    })
    void linearEqualsTheDefinition(int rows, int inputs, int outputs) {
        float[] x = randoms(rows * inputs, 1);
        float[] weight = randoms(outputs * inputs, 1);
        float[] bias = randoms(outputs, 1);

        double[] expected = new double[rows * outputs];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < outputs; o++) {
                double sum = bias[o];
                for (int k = 0; k < inputs; k++) {
                    sum += (double) x[r * inputs + k] * weight[o * inputs + k];
                }
                expected[r * outputs + o] = sum;
            }
        }

        assertClose(
                expected, linear(x, rows, inputs, outputs, weight, bias, Epilogue.STORE, new float[rows * outputs]));
    }

    @Test
    void linearWithoutBiasAddsNone() {
        float[] out =
                linear(new float[] {2, 3}, 1, 2, 1, new float[] {5, 7}, new float[0], Epilogue.STORE, new float[1]);

        assertArrayEquals(new float[] {31}, out);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 13, 207})
    void linearAddsToTheResidual(int outputs) {
        float[] x = randoms(13 * 24, 1);
        float[] weight = randoms(outputs * 24, 1);
        float[] bias = randoms(outputs, 1);
        float[] residual = randoms(13 * outputs, 1);

        float[] sum = linear(x, 13, 24, outputs, weight, bias, Epilogue.STORE, new float[13 * outputs]);
        float[] added = linear(x, 13, 24, outputs, weight, bias, Epilogue.ADD, residual.clone());

        for (int i = 0; i < sum.length; i++) {
            assertEquals(residual[i] + sum[i], added[i], "element " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Epilogue.class,
            names = {"QUICK_GELU", "GELU"})
    void activationsEqualTheirDefinitions(Epilogue epilogue) {
        // from far below to far above, and every float around zero's neighbourhood
        float[] x = new float[40_001];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 20_000) / 200f;
        }
        float[] out = linear(x, x.length, 1, 1, new float[] {1}, new float[0], epilogue, new float[x.length]);

        for (int i = 0; i < x.length; i++) {
            double expected = epilogue == Epilogue.QUICK_GELU
                    ? x[i] / (1 + Math.exp(-1.702 * x[i]))
                    : 0.5 * x[i] * Erf.erfc(-x[i] / Math.sqrt(2));
            assertEquals(expected, out[i], 1e-6 * Math.max(Math.abs(expected), 0.1), "of " + x[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Epilogue.class,
            names = {"QUICK_GELU", "GELU"})
    void activationsSurviveExtremes(Epilogue epilogue) {
        float[] x = {-Float.MAX_VALUE, -1e6f, -1000, -88.5f, -0f, 0f, Float.MIN_VALUE, 88.5f, 1000, 1e6f};
        float[] out = linear(x, x.length, 1, 1, new float[] {1}, new float[0], epilogue, new float[x.length]);

        for (int i = 0; i < x.length; i++) {
            assertEquals(Math.max(x[i], 0), out[i], 1e-6 * Math.abs(x[i]) + 1e-30, "of " + x[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 13", "13, 72", "50, 768", "3, 207"})
    void layerNormEqualsTheDefinition(int rows, int width) {
        float[] x = randoms(rows * width, 3);
        for (int i = 0; i < x.length; i++) {
            x[i] += 5; // a mean that is worth subtracting
        }
        LayerNormWeights weights = new LayerNormWeights(randoms(width, 1), randoms(width, 1), 1e-5f);

        double[] expected = new double[x.length];
        for (int row = 0; row < rows; row++) {
            double mean = 0;
            double variance = 0;
            for (int i = 0; i < width; i++) {
                mean += x[row * width + i] / (double) width;
            }
            for (int i = 0; i < width; i++) {
                variance += Math.pow(x[row * width + i] - mean, 2) / width;
            }
            for (int i = 0; i < width; i++) {
                expected[row * width + i] =
                        (x[row * width + i] - mean) / Math.sqrt(variance + weights.eps()) * weights.weight()[i]
                                + weights.bias()[i];
            }
        }

        float[] out = guarded(new float[x.length]);
        kernels().layerNorm(x, rows, weights, out, Workers.caller());
        assertClose(expected, unguarded(out, x.length));

        kernels().layerNorm(x, rows, weights, x, Workers.caller());
        assertArrayEquals(unguarded(out, x.length), x, "in place");
    }

    @ParameterizedTest
    @CsvSource({"1, 8, false", "2, 24, false", "3, 64, true", "2, 7, true", "1, 80, false"})
    void attentionEqualsTheDefinition(int heads, int headSize, boolean causal) {
        int width = heads * headSize;
        Sequences sequences = Sequences.ofLengths(1, 7, 50, 13, 65);
        float[] qkv = randoms(sequences.rows() * 3 * width, 1);

        float[] out = guarded(new float[sequences.rows() * width]);
        kernels().attention(qkv, width, sequences, heads, causal, out, Workers.caller());

        assertClose(attention(qkv, width, sequences, heads, causal), unguarded(out, sequences.rows() * width));
    }

    @Test
    void attentionSurvivesScoresThatOverflowAnExponential() {
        Sequences sequences = Sequences.ofLengths(13);
        float[] qkv = randoms(13 * 3 * 16, 40);

        float[] out = new float[13 * 16];
        kernels().attention(qkv, 16, sequences, 1, false, out, Workers.caller());

        // scores reach 40 · 40 · 16 / √16 = 6,400, are rounded in their 24th bit, and e^x turns that into a relative
        // error
        assertClose(attention(qkv, 16, sequences, 1, false), out, 4 * 6400 * 0x1p-24);
    }

    @Test
    void aRowsResultDependsOnNeitherItsNeighboursNorTheWorkers() {
        int rows = 207;
        float[] x = randoms(rows * 96, 1);
        float[] weight = randoms(70 * 96, 1);
        float[] bias = randoms(70, 1);
        float[] alone = new float[rows * 70];
        for (int row = 0; row < rows; row++) {
            float[] one = Arrays.copyOfRange(x, row * 96, (row + 1) * 96);
            float[] out = linear(one, 1, 96, 70, weight, bias, Epilogue.QUICK_GELU, new float[70]);
            System.arraycopy(out, 0, alone, row * 70, 70);
        }

        try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
            for (int threads : List.of(1, 2, 7)) {
                float[] together = new float[rows * 70];
                try (Arena arena = Arena.ofShared()) {
                    kernels()
                            .linear(
                                    x,
                                    rows,
                                    kernels().pack(matrix(weight, 70, 96), arena),
                                    bias,
                                    Epilogue.QUICK_GELU,
                                    together,
                                    new Workers(threads, executor));
                }
                assertArrayEquals(alone, together, threads + " threads");
            }
        }
    }

    /** Compiled code may not add in another order than interpreted code does: the test sees both. */
    @Test
    void resultsDoNotChangeAsTheCodeIsCompiled() {
        float[] x = randoms(13 * 96, 1);
        LayerNormWeights norm = new LayerNormWeights(randoms(96, 1), randoms(96, 1), 1e-5f);
        Sequences sequences = Sequences.ofLengths(13);
        float[] qkv = randoms(13 * 3 * 32, 1);
        float[] firstNormed = new float[x.length];
        float[] firstMixed = new float[13 * 32];
        kernels().layerNorm(x, 13, norm, firstNormed, Workers.caller());
        kernels().attention(qkv, 32, sequences, 2, true, firstMixed, Workers.caller());

        for (int i = 0; i < 3000; i++) {
            float[] normed = new float[x.length];
            float[] mixed = new float[13 * 32];
            kernels().layerNorm(x, 13, norm, normed, Workers.caller());
            kernels().attention(qkv, 32, sequences, 2, true, mixed, Workers.caller());
            assertArrayEquals(firstNormed, normed, "layerNorm, call " + i);
            assertArrayEquals(firstMixed, mixed, "attention, call " + i);
        }
    }

    private static double[] attention(float[] qkv, int width, Sequences sequences, int heads, boolean causal) {
        double[] out = new double[sequences.rows() * width];
        int size = width / heads;
        for (int s = 0; s < sequences.count(); s++) {
            for (int head = 0; head < heads; head++) {
                for (int i = 0; i < sequences.length(s); i++) {
                    int seen = causal ? i + 1 : sequences.length(s);
                    double[] scores = new double[seen];
                    for (int j = 0; j < seen; j++) {
                        for (int d = 0; d < size; d++) {
                            scores[j] += qkv[(sequences.start(s) + i) * 3 * width + head * size + d]
                                    * (double) qkv[(sequences.start(s) + j) * 3 * width + width + head * size + d]
                                    / Math.sqrt(size);
                        }
                    }
                    double max = Arrays.stream(scores).max().orElseThrow();
                    double sum =
                            Arrays.stream(scores).map(x -> Math.exp(x - max)).sum();
                    for (int j = 0; j < seen; j++) {
                        for (int d = 0; d < size; d++) {
                            out[(sequences.start(s) + i) * width + head * size + d] += Math.exp(scores[j] - max)
                                    / sum
                                    * qkv[(sequences.start(s) + j) * 3 * width + 2 * width + head * size + d];
                        }
                    }
                }
            }
        }
        return out;
    }

    private float[] linear(
            float[] x,
            int rows,
            int inputs,
            int outputs,
            float[] weight,
            float[] bias,
            Epilogue epilogue,
            float[] out) {
        try (Arena arena = Arena.ofConfined()) {
            float[] guarded = guarded(out);
            PackedMatrix packed = kernels().pack(matrix(weight, outputs, inputs), arena);
            kernels().linear(x, rows, packed, bias, epilogue, guarded, Workers.caller());
            return unguarded(guarded, rows * outputs);
        }
    }

    static Matrix matrix(float[] values, int rows, int columns) {
        return new Matrix(WeightType.F32, rows, columns, MemorySegment.ofArray(values), new float[0]);
    }

    private float[] randoms(int size, float amplitude) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = amplitude * (2 * random.nextFloat() - 1);
        }
        return values;
    }

    /** Room behind the output that must stay as it was; the front is guarded by the array's bounds. */
    private static float[] guarded(float[] out) {
        float[] guarded = Arrays.copyOf(out, out.length + GUARD_SIZE);
        Arrays.fill(guarded, out.length, guarded.length, GUARD);
        return guarded;
    }

    private static float[] unguarded(float[] guarded, int size) {
        for (int i = size; i < guarded.length; i++) {
            assertEquals(GUARD, guarded[i], "written past the end, at " + (i - size));
        }
        return Arrays.copyOf(guarded, size);
    }

    private static void assertClose(double[] expected, float[] actual) {
        assertClose(expected, actual, TOLERANCE);
    }

    private static void assertClose(double[] expected, float[] actual, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double worst = 0;
        int where = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - actual[i]);
            if (!(difference <= worst)) {
                worst = difference;
                where = i;
            }
        }
        assertTrue(
                worst <= tolerance * largest,
                "largest difference %s at %d: expected %s, found %s; largest value %s"
                        .formatted(worst, where, expected[where], actual[where], largest));
    }
}
