package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.math3.special.Erf;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.AttentionForm.Part;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Kernels.Outputs;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;
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

    /** Twice the 16 lanes of the widest vector, and so of any. */
    private static final int SIZES = 32;

    private final Random random = new Random(20261124);

    abstract Kernels kernels();

    /** Whether BF16 weights are multiplied in bf16, which {@link Bf16Contract} is about, and not widened. */
    boolean multipliesInBf16() {
        return false;
    }

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
        "5, 24, 1100",
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
            names = {"QUICK_GELU", "GELU", "GELU_TANH"})
    void activationsEqualTheirDefinitions(Epilogue epilogue) {
        // from far below to far above, and every float around zero's neighbourhood
        float[] x = new float[40_001];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 20_000) / 200f;
        }
        float[] out = linear(x, x.length, 1, 1, new float[] {1}, new float[0], epilogue, new float[x.length]);

        for (int i = 0; i < x.length; i++) {
            double expected = switch (epilogue) {
                case QUICK_GELU -> x[i] / (1 + Math.exp(-1.702 * x[i]));
                case GELU_TANH ->
                    0.5 * x[i] * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x[i] + 0.044715 * Math.pow(x[i], 3))));
                default -> 0.5 * x[i] * Erf.erfc(-x[i] / Math.sqrt(2));
            };
            assertEquals(expected, out[i], 1e-6 * Math.max(Math.abs(expected), 0.1), "of " + x[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Epilogue.class,
            names = {"QUICK_GELU", "GELU", "GELU_TANH"})
    void activationsSurviveExtremes(Epilogue epilogue) {
        float[] x = {-Float.MAX_VALUE, -1e6f, -1000, -88.5f, -0f, 0f, Float.MIN_VALUE, 88.5f, 1000, 1e6f};
        float[] out = linear(x, x.length, 1, 1, new float[] {1}, new float[0], epilogue, new float[x.length]);

        for (int i = 0; i < x.length; i++) {
            assertEquals(Math.max(x[i], 0), out[i], 1e-6 * Math.abs(x[i]) + 1e-30, "of " + x[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 13", "13, 72", "50, 768", "3, 207", "5, 1025", "2, 1280"})
    void layerNormEqualsTheDefinition(int rows, int width) {
        float[] x = randoms(rows * width, 3);
        for (int i = 0; i < x.length; i++) {
            x[i] += 5; // a mean that is worth subtracting
        }
        LayerNormWeights weights = new LayerNormWeights(randoms(width, 1), randoms(width, 1), 1e-5f);

        Activations in = activations(x, rows, width);
        Guarded out = Guarded.of(new float[x.length], rows, width);
        kernels().layerNorm(in, weights, out.activations(), Workers.caller());
        assertClose(layerNorm(x, rows, width, weights), out.values());

        kernels().layerNorm(in, weights, in, Workers.caller());
        assertArrayEquals(out.values(), values(in), "in place");
    }

    @ParameterizedTest
    @CsvSource({"1, 8, false", "2, 24, false", "3, 64, true", "2, 7, true", "1, 80, false", "14, 80, true"})
    void attentionEqualsTheDefinition(int heads, int headSize, boolean causal) {
        int width = heads * headSize;
        List<Span> spans = spans(causal, 1, 7, 50, 13, 65);
        float[] qkv = randoms(136 * 3 * width, 1);

        Guarded out = Guarded.of(new float[136 * width], 136, width);
        Activations in = activations(qkv, 136, 3 * width);
        kernels().attention(in, in, heads, spans, out.activations(), Workers.caller());

        assertClose(attention(qkv, qkv, width, spans, heads), out.values());
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "2, 7", "3, 24", "1, 80", "5, 80"})
    void attentionOfEveryFormEqualsTheDefinition(int heads, int headSize) {
        int width = heads * headSize;
        for (int[] grid : new int[][] {{1, 1, 1}, {0, 5, 9}, {1, 8, 4}, {2, 3, 31}}) {
            int tokens = grid[0] + grid[1] * grid[2];
            List<Span> spans = spans(false, tokens, tokens);
            float[] qkv = randoms(2 * tokens * 3 * width, 1);
            Activations in = activations(qkv, 2 * tokens, 3 * width);
            Neighbourhood near = new Neighbourhood(grid[0], grid[1], grid[2], 2);
            for (Part asking : Part.values()) {
                for (Part asked : Part.values()) {
                    for (boolean biased : new boolean[] {true, false}) {
                        AttentionForm form =
                                new AttentionForm(asking, asked, biased ? Optional.of(near) : Optional.empty());
                        Guarded out = Guarded.of(new float[2 * tokens * width], 2 * tokens, width);
                        kernels().attention(form, in, in, heads, spans, out.activations(), Workers.caller());

                        double[][] bias = biased ? nearness(grid[0], grid[1], grid[2]) : new double[tokens][tokens];
                        assertClose(attention(form, bias, qkv, qkv, width, spans, heads), out.values());
                    }
                }
            }
        }
    }

    /** As {@link Neighbourhood} defines it, for σ = 2. */
    private static double[][] nearness(int first, int rows, int columns) {
        double[][] nearness = new double[first + rows * columns][first + rows * columns];
        for (int i = 0; i < rows * columns; i++) {
            for (int j = 0; j < rows * columns; j++) {
                double down = i / columns - j / columns;
                double across = i % columns - j % columns;
                nearness[first + i][first + j] = Math.exp(-(down * down + across * across) / 8);
            }
        }
        return nearness;
    }

    @Test
    void attentionSeesMoreKeysThanABlockHolds() {
        List<Span> spans = List.of(Span.of(0, 1200));
        float[] qkv = randoms(1200 * 3 * 16, 1);

        Activations out = Activations.zeros(1200, 16);
        Activations in = activations(qkv, 1200, 48);
        kernels().attention(in, in, 1, spans, out, Workers.caller());

        assertClose(attention(qkv, qkv, 16, spans, 1), values(out));
    }

    @Test
    void spansShareKeysWhereverTheyLie() {
        // three texts over one beginning of five tokens, and queries that stand apart from the keys
        List<Span> spans = List.of(
                new Span(0, 5, new int[] {0, 1, 2, 3, 4}, true),
                new Span(5, 2, new int[] {0, 1, 2, 3, 4, 5, 6}, true),
                new Span(7, 3, new int[] {0, 1, 2, 7, 8, 9}, true),
                new Span(10, 1, new int[] {9, 2, 0}, false));
        float[] queries = randoms(11 * 3 * 24, 1);
        float[] keys = randoms(11 * 3 * 24, 1);

        Activations out = Activations.zeros(11, 24);
        kernels().attention(activations(queries, 11, 72), activations(keys, 11, 72), 2, spans, out, Workers.caller());

        assertClose(attention(queries, keys, 24, spans, 2), values(out));
    }

    @Test
    void attentionSurvivesScoresThatOverflowAnExponential() {
        List<Span> spans = List.of(Span.of(0, 13));
        float[] qkv = randoms(13 * 3 * 16, 40);

        Activations out = Activations.zeros(13, 16);
        Activations in = activations(qkv, 13, 48);
        kernels().attention(in, in, 1, spans, out, Workers.caller());

        // scores reach 40 · 40 · 16 / √16 = 6,400, are rounded in their 24th bit, and e^x turns that into a relative
        // error
        assertClose(attention(qkv, qkv, 16, spans, 1), values(out), 4 * 6400 * 0x1p-24);
    }

    /** Activations are rounded too, so that the definition is another; but what it gives is exact. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "3, 5, 33",
        "13, 63, 17",
        "50, 768, 70",
        "25, 1024, 33",
        "5, 1025, 40",
        "4, 3072, 64",
        "2, 4100, 31"
    })
    void integersGiveExactlyWhatTheDefinitionGives(int rows, int inputs, int outputs) {
        float[] x = randoms(rows * inputs, 3);
        for (int i = 0; i < x.length; i++) {
            x[i] += i / inputs % 3; // rows whose values are not about zero
        }
        PanelMatrix panels = atAnOddAddress(Panels.of(WeightType.INT8, randoms(outputs * inputs, 1), outputs, inputs));
        float[] bias = randoms(outputs, 1);
        float[] residual = randoms(rows * outputs, 1);

        float[] expected = integerProduct(x, rows, inputs, panels, bias);
        float[] found = linear(
                x,
                rows,
                inputs,
                new LinearWeights(panels, bias),
                Epilogue.STORE,
                new float[rows * outputs],
                Workers.caller());
        assertArrayEquals(expected, found);

        float[] added = linear(
                x, rows, inputs, new LinearWeights(panels, bias), Epilogue.ADD, residual.clone(), Workers.caller());
        for (int i = 0; i < added.length; i++) {
            assertEquals(residual[i] + expected[i], added[i], "element " + i);
        }
    }

    /** Of {@code x ≈ (level - zero) · step}, with levels from 0 to 255 for each row. */
    private static float[] integerProduct(float[] x, int rows, int inputs, PanelMatrix weight, float[] bias) {
        float[] product = new float[rows * weight.outputs()];
        byte[] panel = new byte[inputs * PanelMatrix.WIDTH];
        for (int r = 0; r < rows; r++) {
            float least = 0;
            float largest = 0;
            for (int k = 0; k < inputs; k++) {
                least = Math.min(least, x[r * inputs + k]);
                largest = Math.max(largest, x[r * inputs + k]);
            }
            float step = Math.max(largest / 255 - least / 255, Float.MIN_NORMAL);
            float scale = 1 / step;
            int zero = (int) (-least * scale + 0.5f);
            for (int o = 0; o < weight.outputs(); o++) {
                if (o % PanelMatrix.WIDTH == 0) {
                    weight.readPanel(o / PanelMatrix.WIDTH, panel);
                }
                long sum = 0;
                for (int k = 0; k < inputs; k++) {
                    int level = Math.clamp((int) (x[r * inputs + k] * scale + (zero + 0.5f)), 0, 255);
                    sum += (long) (level - zero) * panel[k * PanelMatrix.WIDTH + o % PanelMatrix.WIDTH];
                }
                product[r * weight.outputs() + o] = Math.fma(Math.toIntExact(sum) * step, weight.scales()[o], bias[o]);
            }
        }
        return product;
    }

    /** The largest sums that there are: beyond what a float holds exactly. */
    @Test
    void integersDoNotOverflow() {
        int inputs = PanelMatrix.MAX_INT8_INPUTS;
        float[] x = new float[2 * inputs];
        Arrays.fill(x, 0, inputs, 1f);
        Arrays.fill(x, inputs, 2 * inputs, -1f);
        float[] weight = new float[2 * inputs];
        Arrays.fill(weight, 0, inputs, 1f);
        Arrays.fill(weight, inputs, 2 * inputs, -1f);
        PanelMatrix panels = Panels.of(WeightType.INT8, weight, 2, inputs);

        float[] found = linear(
                x, 2, inputs, new LinearWeights(panels, new float[0]), Epilogue.STORE, new float[4], Workers.caller());

        assertArrayEquals(integerProduct(x, 2, inputs, panels, new float[2]), found);
        assertEquals(inputs, found[0], 1e-6 * inputs);
        assertEquals(-inputs, found[1], 1e-6 * inputs);
    }

    /** Rows of zeros, of next to nothing, of large numbers, and of what is no number. */
    @Test
    void integersSurviveExtremes() {
        float[] x = {0, 0, 0, 0, 0, Float.MIN_VALUE, -1e30f, 1e30f, 1, Float.NaN};
        PanelMatrix panels = Panels.of(WeightType.INT8, new float[] {1, 1, 1, 0}, 2, 2);
        LinearWeights layer = new LinearWeights(panels, new float[0]);

        float[] found = linear(x, 5, 2, layer, Epilogue.STORE, new float[10], Workers.caller());

        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0}, Arrays.copyOf(found, 6));
        assertEquals(0, found[6] / 1e30f, 0.01);
        assertEquals(-1, found[7] / 1e30f, 0.01);
        assertTrue(Float.isNaN(found[8]) && Float.isNaN(found[9]), "of NaN: " + found[8] + ", " + found[9]);
    }

    @Test
    void aRowsIntegersDependOnNeitherItsNeighboursNorTheWorkers() {
        int rows = 57;
        float[] x = randoms(rows * 96, 1);
        LinearWeights layer =
                new LinearWeights(Panels.of(WeightType.INT8, randoms(70 * 96, 1), 70, 96), randoms(70, 1));
        float[] alone = new float[rows * 70];
        for (int row = 0; row < rows; row++) {
            float[] one = Arrays.copyOfRange(x, row * 96, (row + 1) * 96);
            float[] out = linear(one, 1, 96, layer, Epilogue.QUICK_GELU, new float[70], Workers.caller());
            System.arraycopy(out, 0, alone, row * 70, 70);
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
            for (int threads : List.of(1, 2, 7)) {
                try (Workers workers = new Workers(threads, executor)) {
                    float[] together = linear(x, rows, 96, layer, Epilogue.QUICK_GELU, new float[rows * 70], workers);
                    assertArrayEquals(alone, together, threads + " threads");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INT8")
    void narrowWeightsGiveWhatTheirWidenedValuesGive(WeightType type) {
        assumeFalse(type == WeightType.BF16 && multipliesInBf16(), "another definition");
        for (int height = 1; height <= 13; height++) {
            float[] x = randoms(height * 40, 1);
            PanelMatrix panels = Panels.of(type, randoms(70 * 40, 1), 70, 40);
            float[] bias = randoms(70, 1);
            float[] widened = new float[70 * 40];
            float[] panel = new float[40 * PanelMatrix.WIDTH];
            for (int o = 0; o < 70; o++) {
                panels.readPanel(o / PanelMatrix.WIDTH, panel);
                for (int k = 0; k < 40; k++) {
                    widened[o * 40 + k] = panel[k * PanelMatrix.WIDTH + o % PanelMatrix.WIDTH];
                }
            }

            float[] out = linear(
                    x,
                    height,
                    40,
                    new LinearWeights(panels, bias),
                    Epilogue.STORE,
                    new float[height * 70],
                    Workers.caller());

            assertClose(product(x, height, 40, 70, widened, bias), out);
        }
    }

    /** Halves have values that a float's exponent can't shift to by an addition: zeros and subnormal ones. */
    @Test
    void everyHalfIsWidenedExactly() {
        float[] halves = new float[1 << 16];
        int count = 0;
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Float.float16ToFloat((short) bits);
            if (Float.isFinite(value)) {
                halves[count++] = value;
            }
        }
        float[] weight = Arrays.copyOf(halves, count);

        float[] out = linear(
                new float[] {1},
                1,
                1,
                new LinearWeights(Panels.of(WeightType.F16, weight, count, 1), new float[0]),
                Epilogue.STORE,
                new float[count],
                Workers.caller());

        for (int i = 0; i < count; i++) {
            assertEquals(weight[i] + 0f, out[i], "half " + i); // a sum that begins at 0 makes 0 of -0
        }
    }

    @Test
    void writesOnlyThePanelsThatAreWanted() {
        LinearWeights layer = new LinearWeights(Panels.of(WeightType.F32, randoms(96 * 24, 1), 96, 24), randoms(96, 1));
        float[] x = randoms(7 * 24, 1);
        float[] all = linear(x, 7, 24, layer, Epilogue.STORE, new float[7 * 96], Workers.caller());
        Activations some = Activations.zeros(7, 96);
        kernels().linear(activations(x, 7, 24), layer, new Outputs(32, 96), Epilogue.STORE, some, Workers.caller());

        float[] found = values(some);
        for (int i = 0; i < found.length; i++) {
            assertEquals(i % 96 < 32 ? 0 : all[i], found[i], "element " + i);
        }
    }

    /** Where unrolled bodies, vector tails and scalar tails meet: each size alone, from 1 to twice the widest vector's lanes. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INT8")
    void linearTakesEverySize(WeightType type) {
        assumeFalse(type == WeightType.BF16 && multipliesInBf16(), "another definition");
        for (int size = 1; size <= SIZES; size++) {
            assertLinear(type, size, 5, 33);
            assertLinear(type, 3, size, 17);
            assertLinear(type, 3, 5, size);
        }
    }

    @Test
    void integersTakeEverySize() {
        for (int size = 1; size <= SIZES; size++) {
            integersGiveExactlyWhatTheDefinitionGives(size, 5, 33);
            integersGiveExactlyWhatTheDefinitionGives(3, size, 17);
            integersGiveExactlyWhatTheDefinitionGives(3, 5, size);
        }
    }

    private void assertLinear(WeightType type, int rows, int inputs, int outputs) {
        PanelMatrix panels = atAnOddAddress(Panels.of(type, randoms(outputs * inputs, 1), outputs, inputs));
        float[] x = randoms(rows * inputs, 1);
        float[] bias = randoms(outputs, 1);
        float[] weight = new float[outputs * inputs];
        float[] panel = new float[inputs * PanelMatrix.WIDTH];
        for (int o = 0; o < outputs; o++) {
            panels.readPanel(o / PanelMatrix.WIDTH, panel);
            for (int k = 0; k < inputs; k++) {
                weight[o * inputs + k] = panel[k * PanelMatrix.WIDTH + o % PanelMatrix.WIDTH];
            }
        }

        float[] out = linear(
                x,
                rows,
                inputs,
                new LinearWeights(panels, bias),
                Epilogue.STORE,
                new float[rows * outputs],
                Workers.caller());

        assertClose(product(x, rows, inputs, outputs, weight, bias), out);
    }

    /** The same in memory that begins one byte behind an aligned address. */
    private static PanelMatrix atAnOddAddress(PanelMatrix matrix) {
        long bytes = matrix.data().byteSize();
        MemorySegment odd = Arena.ofAuto().allocate(bytes + 1, 64).asSlice(1);
        odd.copyFrom(matrix.data());
        return new PanelMatrix(matrix.name(), matrix.type(), matrix.outputs(), matrix.inputs(), odd, matrix.scales());
    }

    @Test
    void layerNormTakesEverySize() {
        for (int size = 1; size <= SIZES; size++) {
            assertLayerNorm(size, 13);
            assertLayerNorm(3, size);
        }
    }

    private void assertLayerNorm(int rows, int width) {
        float[] x = randoms(rows * width, 1);
        for (int i = 0; i < x.length; i++) {
            x[i] += i % 2 == 0 ? 2 : -2; // a variance that no rounding matters to
        }
        LayerNormWeights weights = new LayerNormWeights(randoms(width, 1), randoms(width, 1), 1e-5f);
        Guarded out = Guarded.of(new float[x.length], rows, width);

        kernels().layerNorm(activations(x, rows, width), weights, out.activations(), Workers.caller());

        assertClose(layerNorm(x, rows, width, weights), out.values());
    }

    /** Queries, keys and values of heads of an odd size stand at odd offsets, and spans begin at any row. */
    @Test
    void attentionTakesEverySizeAtOddOffsets() {
        for (int size = 1; size <= SIZES; size++) {
            assertAttention(3, size, spans(true, 1, 4, 2));
            assertAttention(2, 7, spans(false, 1, size, 3));
            assertAttention(1, 5, spans(true, 3, size));
        }
    }

    private void assertAttention(int heads, int headSize, List<Span> spans) {
        int width = heads * headSize;
        int rows = spans.getLast().firstQuery() + spans.getLast().queries();
        float[] qkv = randoms(rows * 3 * width, 1);
        Activations in = activations(qkv, rows, 3 * width);
        Guarded out = Guarded.of(new float[rows * width], rows, width);

        kernels().attention(in, in, heads, spans, out.activations(), Workers.caller());

        assertClose(attention(qkv, qkv, width, spans, heads), out.values());
    }

    /** Everything else that is of no size can't be made. */
    @Test
    void noRowsAreNoWork() {
        LinearWeights layer = new LinearWeights(Panels.of(WeightType.F32, randoms(35, 1), 7, 5), randoms(7, 1));
        Guarded out = Guarded.of(new float[0], 0, 7);
        kernels().linear(activations(new float[0], 0, 5), layer, Epilogue.STORE, out.activations(), Workers.caller());
        kernels()
                .layerNorm(
                        activations(new float[0], 0, 7),
                        new LayerNormWeights(randoms(7, 1), randoms(7, 1), 1e-5f),
                        out.activations(),
                        Workers.caller());
        Activations none = activations(new float[0], 0, 21);
        kernels().attention(none, none, 1, List.of(), out.activations(), Workers.caller());

        assertEquals(0, out.values().length);
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
                LinearWeights layer = new LinearWeights(Panels.of(WeightType.F32, weight, 70, 96), bias);
                float[] together;
                try (Workers workers = new Workers(threads, executor)) {
                    together = linear(x, rows, 96, layer, Epilogue.QUICK_GELU, new float[rows * 70], workers);
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
        Activations in = activations(x, 13, 96);
        List<Span> spans = spans(true, 13);
        Activations qkv = activations(randoms(13 * 3 * 32, 1), 13, 96);
        Activations firstNormed = Activations.zeros(13, 96);
        Activations firstMixed = Activations.zeros(13, 32);
        kernels().layerNorm(in, norm, firstNormed, Workers.caller());
        kernels().attention(qkv, qkv, 2, spans, firstMixed, Workers.caller());

        for (int i = 0; i < 3000; i++) {
            Activations normed = Activations.zeros(13, 96);
            Activations mixed = Activations.zeros(13, 32);
            kernels().layerNorm(in, norm, normed, Workers.caller());
            kernels().attention(qkv, qkv, 2, spans, mixed, Workers.caller());
            assertArrayEquals(firstNormed.values(), normed.values(), "layerNorm, call " + i);
            assertArrayEquals(firstMixed.values(), mixed.values(), "attention, call " + i);
        }
    }

    private static double[] layerNorm(float[] x, int rows, int width, LayerNormWeights weights) {
        double[] out = new double[x.length];
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
                out[row * width + i] =
                        (x[row * width + i] - mean) / Math.sqrt(variance + weights.eps()) * weights.weight()[i]
                                + weights.bias()[i];
            }
        }
        return out;
    }

    private static double[] product(float[] x, int rows, int inputs, int outputs, float[] weight, float[] bias) {
        double[] product = new double[rows * outputs];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < outputs; o++) {
                double sum = bias[o];
                for (int k = 0; k < inputs; k++) {
                    sum += (double) x[r * inputs + k] * weight[o * inputs + k];
                }
                product[r * outputs + o] = sum;
            }
        }
        return product;
    }

    private static List<Span> spans(boolean causal, int... lengths) {
        List<Span> spans = new ArrayList<>();
        int first = 0;
        for (int length : lengths) {
            spans.add(new Span(first, length, Span.of(first, length).keys(), causal));
            first += length;
        }
        return spans;
    }

    private static double[] attention(float[] queries, float[] keysAndValues, int width, List<Span> spans, int heads) {
        int longest = spans.stream().mapToInt(span -> span.keys().length).max().orElseThrow();
        double[][] noBias = new double[longest][longest];
        return attention(AttentionForm.USUAL, noBias, queries, keysAndValues, width, spans, heads);
    }

    private static double[] attention(
            AttentionForm form,
            double[][] bias,
            float[] queries,
            float[] keysAndValues,
            int width,
            List<Span> spans,
            int heads) {
        int asking = form.asking().column(width);
        int asked = form.asked().column(width);
        double[] out = new double[queries.length / 3];
        int size = width / heads;
        for (Span span : spans) {
            for (int head = 0; head < heads; head++) {
                for (int i = 0; i < span.queries(); i++) {
                    int row = span.firstQuery() + i;
                    int seen = span.causal() ? span.keys().length - span.queries() + i + 1 : span.keys().length;
                    double[] scores = new double[seen];
                    for (int j = 0; j < seen; j++) {
                        for (int d = 0; d < size; d++) {
                            scores[j] += queries[row * 3 * width + asking + head * size + d]
                                    * (double) keysAndValues[span.keys()[j] * 3 * width + asked + head * size + d]
                                    / Math.sqrt(size);
                        }
                        scores[j] += bias[i][j];
                    }
                    double max = Arrays.stream(scores).max().orElseThrow();
                    double sum =
                            Arrays.stream(scores).map(x -> Math.exp(x - max)).sum();
                    for (int j = 0; j < seen; j++) {
                        for (int d = 0; d < size; d++) {
                            out[row * width + head * size + d] += Math.exp(scores[j] - max)
                                    / sum
                                    * keysAndValues[span.keys()[j] * 3 * width + 2 * width + head * size + d];
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
        LinearWeights layer = new LinearWeights(Panels.of(WeightType.F32, weight, outputs, inputs), bias);
        return linear(x, rows, inputs, layer, epilogue, out, Workers.caller());
    }

    private float[] linear(
            float[] x, int rows, int inputs, LinearWeights layer, Epilogue epilogue, float[] out, Workers workers) {
        int outputs = layer.weight().outputs();
        Guarded guarded = Guarded.of(out, rows, outputs);
        kernels().linear(activations(x, rows, inputs), layer, epilogue, guarded.activations(), workers);
        return guarded.values();
    }

    private static Activations activations(float[] values, int rows, int columns) {
        Activations activations = Activations.zeros(rows, columns);
        for (int row = 0; row < rows; row++) {
            activations.write(values, row * columns, row, 0, columns);
        }
        return activations;
    }

    private static float[] values(Activations activations) {
        float[] values = new float[activations.rows() * activations.columns()];
        for (int row = 0; row < activations.rows(); row++) {
            activations.read(row, 0, activations.columns(), values, row * activations.columns());
        }
        return values;
    }

    /** An output with room behind its columns and rows that must stay as it was. */
    private record Guarded(Activations activations) {
        static Guarded of(float[] values, int rows, int columns) {
            float[] array = new float[Activations.size(rows, columns) + GUARD_SIZE];
            Arrays.fill(array, GUARD);
            Activations activations = new Activations(array, rows, columns);
            for (int row = 0; row < rows; row++) {
                activations.write(values, row * columns, row, 0, columns);
            }
            return new Guarded(activations);
        }

        float[] values() {
            float[] values = KernelsContract.values(activations);
            long guards = 0;
            for (float value : activations.values()) {
                guards += value == GUARD ? 1 : 0;
            }
            assertEquals(activations.values().length - values.length, guards, "guards left");
            return values;
        }
    }

    private float[] randoms(int size, float amplitude) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = amplitude * (2 * random.nextFloat() - 1);
        }
        return values;
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
