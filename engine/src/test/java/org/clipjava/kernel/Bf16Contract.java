package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every implementation that multiplies in bf16 gives, to the bit. */
abstract class Bf16Contract {
    private final Random random = new Random(16);

    abstract Kernels kernels();

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 5, 33", "13, 63, 17", "14, 768, 38", "3, 1024, 33", "5, 1025, 40", "2, 4100, 31"})
    void givesExactlyWhatTheDefinitionGives(int rows, int inputs, int outputs) {
        float[] x = randoms(rows * inputs);
        PanelMatrix weight = Panels.of(WeightType.BF16, randoms(outputs * inputs), outputs, inputs);
        float[] bias = randoms(outputs);
        float[] residual = randoms(rows * outputs);
        LinearWeights layer = new LinearWeights(weight, bias);

        float[] expected = product(x, rows, layer);
        assertArrayEquals(expected, linear(x, rows, layer, Epilogue.STORE, new float[rows * outputs]));

        float[] added = linear(x, rows, layer, Epilogue.ADD, residual.clone());
        for (int i = 0; i < added.length; i++) {
            assertEquals(residual[i] + expected[i], added[i], "element " + i);
        }
    }

    @Test
    void takesSizesBesideAndBetweenVectorsAndSteps() {
        for (int size : new int[] {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 34}) {
            givesExactlyWhatTheDefinitionGives(size, 5, 33);
            givesExactlyWhatTheDefinitionGives(3, size, 17);
            givesExactlyWhatTheDefinitionGives(3, 5, size);
        }
    }

    /** Ties, subnormal numbers, what rounds to infinity, what is about as small as a number may be, and what is none. */
    @Test
    void roundsToTheNearestNumberOfSixteenBits() {
        float least = 0x1p-56f;
        float[] x = {
            0x1.01p0f, // a tie, to the even one below
            0x1.03p0f, // a tie, to the even one above
            0x1.010002p0f, // a little more than a tie
            -0x1.01p0f,
            least,
            -least,
            Math.nextDown(least), // nearest is the least number
            0x1.fcp-57f, // below it
            Float.MIN_VALUE,
            -Float.MIN_NORMAL,
            Float.MAX_VALUE,
            Float.NEGATIVE_INFINITY,
            -0f,
            Float.NaN,
            Float.intBitsToFloat(0x7fffffff),
            Float.intBitsToFloat(0xff800001)
        };
        LinearWeights layer = new LinearWeights(Panels.of(WeightType.BF16, new float[] {1}, 1, 1), new float[0]);

        float[] found = linear(x, x.length, layer, Epilogue.STORE, new float[x.length]);

        float infinity = Float.POSITIVE_INFINITY;
        float[] expected = {1, 0x1.04p0f, 0x1.02p0f, -1, least, -least, least, 0, 0, 0, infinity, -infinity, 0};
        assertArrayEquals(expected, Arrays.copyOf(found, expected.length));
        for (int i = expected.length; i < found.length; i++) {
            assertTrue(Float.isNaN(found[i]), "row " + i + ": " + found[i]);
        }
    }

    /** Weights as a file may have them, down to subnormal ones. */
    @Test
    void takesTinyWeightsForZero() {
        float[] weight = {0x1p-56f, 0x1.fcp-57f, -0x1p-130f, Float.MIN_NORMAL, -0f, -0x1p-56f};
        LinearWeights layer = new LinearWeights(Panels.of(WeightType.BF16, weight, 6, 1), new float[0]);

        float[] found = linear(new float[] {0x1p-56f}, 1, layer, Epilogue.STORE, new float[6]);

        assertArrayEquals(new float[] {0x1p-112f, 0, 0, 0, 0, -0x1p-112f}, found);
    }

    /** 1 + 2^-8 - 1, and the like: each step is rounded once, and in its turn. */
    @Test
    void addsInTheOrderThatIsDefined() {
        float[] x = new float[64];
        float[] weight = new float[64];
        Arrays.fill(weight, 1);
        x[0] = 0x1p24f; // then 1, lost in the even inputs' sum
        x[2] = 1;
        x[4] = -0x1p24f;
        x[1] = 1; // kept in the odd ones'
        x[32] = 0x1p24f; // and lost here again, for it comes on top of all
        x[33] = 0x1p24f;
        LinearWeights layer = new LinearWeights(Panels.of(WeightType.BF16, weight, 1, 64), new float[0]);

        float[] found = linear(x, 1, layer, Epilogue.STORE, new float[1]);

        assertArrayEquals(new float[] {0x1p25f}, found);
        x[32] = 0;
        x[33] = 0;
        assertArrayEquals(new float[] {1}, linear(x, 1, layer, Epilogue.STORE, new float[1]));
    }

    @Test
    void aRowDependsOnNeitherItsNeighboursNorTheWorkers() {
        int rows = 57;
        float[] x = randoms(rows * 96);
        LinearWeights layer = new LinearWeights(Panels.of(WeightType.BF16, randoms(70 * 96), 70, 96), randoms(70));
        float[] alone = new float[rows * 70];
        for (int row = 0; row < rows; row++) {
            float[] one = Arrays.copyOfRange(x, row * 96, (row + 1) * 96);
            System.arraycopy(linear(one, 1, layer, Epilogue.QUICK_GELU, new float[70]), 0, alone, row * 70, 70);
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
            for (int threads : List.of(1, 2, 7)) {
                try (Workers workers = new Workers(threads, executor)) {
                    float[] out = new float[rows * 70];
                    assertArrayEquals(
                            alone, linear(x, rows, layer, Epilogue.QUICK_GELU, out, workers), threads + " threads");
                }
            }
        }
    }

    /** In exact arithmetic, rounded where the definition rounds. */
    private static float[] product(float[] x, int rows, LinearWeights layer) {
        PanelMatrix weight = layer.weight();
        int inputs = weight.inputs();
        float[] rounded = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            rounded[i] = rounded(x[i]);
        }
        float[] panel = new float[inputs * PanelMatrix.WIDTH];
        float[] product = new float[rows * weight.outputs()];
        for (int o = 0; o < weight.outputs(); o++) {
            if (o % PanelMatrix.WIDTH == 0) {
                weight.readPanel(o / PanelMatrix.WIDTH, panel);
            }
            for (int r = 0; r < rows; r++) {
                float sum = 0;
                for (int step = 0; step < inputs; step += 32) {
                    float even = 0;
                    float odd = 0;
                    for (int k = step; k < Math.min(step + 32, inputs); k++) {
                        // a product of two numbers of 8 bits is exact in a double, and so is nearly each sum
                        double value = rounded[r * inputs + k];
                        double term = value * panel[k * PanelMatrix.WIDTH + o % PanelMatrix.WIDTH];
                        if (k % 2 == 0) {
                            even = sum(even, term);
                        } else {
                            odd = sum(odd, term);
                        }
                    }
                    sum += even + odd;
                }
                product[r * weight.outputs() + o] = sum + layer.bias()[o];
            }
        }
        return product;
    }

    private static float sum(float a, double b) {
        double sum = a + b;
        // exact unless the low bits are lost: then it is rounded from all of them
        boolean exact = sum - a == b && sum - b == a;
        return exact ? (float) sum : new BigDecimal(a).add(new BigDecimal(b)).floatValue();
    }

    private static float rounded(float value) {
        return value == 0
                ? 0
                : new BigDecimal(value)
                        .divide(ulp(value), MathContext.UNLIMITED)
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .multiply(ulp(value))
                        .floatValue();
    }

    /** The distance of two numbers of 8 bits there. */
    private static BigDecimal ulp(float value) {
        return new BigDecimal(Math.scalb(1.0, Math.getExponent(value) - 7));
    }

    private float[] linear(float[] x, int rows, LinearWeights layer, Epilogue epilogue, float[] out) {
        return linear(x, rows, layer, epilogue, out, Workers.caller());
    }

    private float[] linear(float[] x, int rows, LinearWeights layer, Epilogue epilogue, float[] out, Workers workers) {
        int inputs = layer.weight().inputs();
        int outputs = layer.weight().outputs();
        Activations in = Activations.zeros(rows, inputs);
        Activations result = Activations.zeros(rows, outputs);
        for (int row = 0; row < rows; row++) {
            in.write(x, row * inputs, row, 0, inputs);
            result.write(out, row * outputs, row, 0, outputs);
        }
        kernels().linear(in, layer, epilogue, result, workers);
        for (int row = 0; row < rows; row++) {
            result.read(row, 0, outputs, out, row * outputs);
        }
        return out;
    }

    /** Of all sizes that a model's numbers have. */
    private float[] randoms(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = Math.scalb((float) random.nextGaussian(), -random.nextInt(12));
        }
        return values;
    }
}
