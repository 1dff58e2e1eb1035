package org.clipjava.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.AttentionForm.Part;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Kernels.Outputs;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Equal to the vector kernels of this width, bit for bit. */
class PlainKernelsTest extends KernelsContract {
    private static final int SHAPES = 20;
    private static final List<Kernels> VECTOR = List.of(Kernels.vector(), Kernels.quickStart());

    private final Random random = new Random(20261129);

    @Override
    Kernels kernels() {
        return new PlainKernels();
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void multipliesAsVectorsDo(WeightType type) {
        for (int i = 0; i < SHAPES; i++) {
            int rows = 1 + random.nextInt(30);
            int inputs = i % 10 == 0 ? 1000 + random.nextInt(1200) : 1 + random.nextInt(200);
            int outputs = 1 + random.nextInt(100);
            float[] bias = i % 3 == 0 ? new float[0] : randoms(outputs, 1);
            LinearWeights layer =
                    new LinearWeights(Panels.of(type, randoms(outputs * inputs, 1), outputs, inputs), bias);
            Activations x = activations(rows, inputs, 3);
            int from = random.nextInt(outputs);
            Outputs wanted = new Outputs(from, from + 1 + random.nextInt(outputs - from));
            Activations residual = activations(rows, outputs, 1);
            for (Epilogue epilogue : Epilogue.values()) {
                Activations plain = copy(residual);
                kernels().linear(x, layer, wanted, epilogue, plain, Workers.caller());
                for (Kernels vector : VECTOR) {
                    Activations expected = copy(residual);
                    vector.linear(x, layer, wanted, epilogue, expected, Workers.caller());
                    assertSame(expected, plain, wanted, rows + " x " + inputs + ", " + wanted + ", " + epilogue);
                }
            }
        }
    }

    private static void assertSame(Activations expected, Activations found, Outputs wanted, String what) {
        int count = wanted.to() - wanted.from();
        for (int row = 0; row < expected.rows(); row++) {
            float[] first = new float[count];
            float[] second = new float[count];
            expected.read(row, wanted.from(), count, first, 0);
            found.read(row, wanted.from(), count, second, 0);
            assertArrayEquals(first, second, what + ", row " + row);
        }
    }

    @Test
    void normalisesAsVectorsDo() {
        for (int i = 0; i < SHAPES; i++) {
            int width = i % 10 == 0 ? 1000 + random.nextInt(1200) : 1 + random.nextInt(200);
            Activations x = activations(3, width, 5);
            LayerNormWeights weights = new LayerNormWeights(randoms(width, 1), randoms(width, 1), 1e-5f);
            Activations plain = Activations.zeros(3, width);
            kernels().layerNorm(x, weights, plain, Workers.caller());
            for (Kernels vector : VECTOR) {
                Activations expected = Activations.zeros(3, width);
                vector.layerNorm(x, weights, expected, Workers.caller());
                assertSame(expected, plain, new Outputs(0, width), "width " + width);
            }
        }
    }

    @Test
    void attendsAsVectorsDo() {
        for (int i = 0; i < SHAPES; i++) {
            int heads = 1 + random.nextInt(3);
            int size = i % 20 == 0 ? 1100 : 1 + random.nextInt(90);
            int width = heads * size;
            int gridRows = 1 + random.nextInt(6);
            int gridColumns = 1 + random.nextInt(14);
            int tokens = 1 + gridRows * gridColumns;
            Activations in = activations(tokens, 3 * width, i % 7 == 0 ? 40 : 1);
            List<Span> spans = i % 2 == 0 ? List.of(Span.of(0, tokens)) : causal(tokens);
            Optional<Neighbourhood> bias =
                    i % 4 == 0 ? Optional.of(new Neighbourhood(1, gridRows, gridColumns, 2)) : Optional.empty();
            AttentionForm form = new AttentionForm(
                    random.nextBoolean() ? Part.QUERY : Part.KEY, random.nextBoolean() ? Part.QUERY : Part.KEY, bias);
            Activations plain = Activations.zeros(tokens, width);
            kernels().attention(form, in, in, heads, spans, plain, Workers.caller());
            for (Kernels vector : VECTOR) {
                Activations expected = Activations.zeros(tokens, width);
                vector.attention(form, in, in, heads, spans, expected, Workers.caller());
                assertSame(expected, plain, new Outputs(0, width), form + ", " + heads + " x " + size + ", " + tokens);
            }
        }
    }

    /** A beginning, and ends that share it. */
    private List<Span> causal(int tokens) {
        int shared = 1 + random.nextInt(tokens);
        List<Span> spans = new ArrayList<>();
        spans.add(new Span(0, shared, IntStream.range(0, shared).toArray(), true));
        for (int from = shared; from < tokens; ) {
            int first = from;
            int count = 1 + random.nextInt(tokens - from);
            int[] keys = IntStream.concat(IntStream.range(0, shared), IntStream.range(first, first + count))
                    .toArray();
            spans.add(new Span(first, count, keys, true));
            from += count;
        }
        return spans;
    }

    private Activations activations(int rows, int columns, float scale) {
        Activations activations = Activations.zeros(rows, columns);
        for (int row = 0; row < rows; row++) {
            activations.write(randoms(columns, scale), 0, row, 0, columns);
        }
        return activations;
    }

    private static Activations copy(Activations of) {
        return new Activations(of.values().clone(), of.rows(), of.columns());
    }

    private float[] randoms(int count, float scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * scale;
        }
        return values;
    }
}
