package org.clipjava.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Span;
import org.clipjava.kernel.Workers;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/** A kernel at a shape. */
sealed interface KernelCase {
    /** Operations of a call. */
    double flops();

    /** The call, on random values; what it needs outside the heap is in {@code arena}. */
    Runnable prepare(Kernels kernels, Arena arena, Workers workers);

    /** [M, K] x [K, O], with the weight of some type. */
    record Linear(int rows, int inputs, int outputs, Epilogue epilogue, WeightType type) implements KernelCase {
        /**
         * Reads {@code 50x768x3072}: M, K, O.
         *
         * @throws IllegalArgumentException if it is no shape
         */
        static Linear parse(String shape, Epilogue epilogue, WeightType type) {
            int[] sizes = sizes(shape, 3);
            return new Linear(sizes[0], sizes[1], sizes[2], epilogue, type);
        }

        @Override
        public double flops() {
            return 2.0 * rows * inputs * outputs;
        }

        @Override
        public Runnable prepare(Kernels kernels, Arena arena, Workers workers) {
            Activations x = randomActivations(rows, inputs, 1);
            Activations out = Activations.zeros(rows, outputs);
            LinearWeights layer = randomLinear(type, outputs, inputs, arena, 2);
            return () -> kernels.linear(x, layer, epilogue, out, workers);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "linear [%d,%d]x[%d,%d] %s %s",
                    rows,
                    inputs,
                    inputs,
                    outputs,
                    type.spelling(),
                    epilogue.name().toLowerCase(Locale.ROOT));
        }
    }

    /** [M, W]; 8 operations a value: one for the mean, three for the variance, four for the result. */
    record LayerNorm(int rows, int width) implements KernelCase {
        /**
         * Reads {@code 50x768}: M, W.
         *
         * @throws IllegalArgumentException if it is no shape
         */
        static LayerNorm parse(String shape) {
            int[] sizes = sizes(shape, 2);
            return new LayerNorm(sizes[0], sizes[1]);
        }

        @Override
        public double flops() {
            return 8.0 * rows * width;
        }

        @Override
        public Runnable prepare(Kernels kernels, Arena arena, Workers workers) {
            Activations x = randomActivations(rows, width, 1);
            Activations out = Activations.zeros(rows, width);
            LayerNormWeights weights = new LayerNormWeights(random(width, 2), random(width, 3), 1e-5f);
            return () -> kernels.layerNorm(x, weights, out, workers);
        }

        @Override
        public String toString() {
            return "layerNorm [" + rows + "," + width + "]";
        }
    }

    /** B sequences of N tokens; counts the products with keys and values, under a causal mask those of the keys seen. */
    record Attention(int sequences, int tokens, int width, int heads, boolean causal) implements KernelCase {
        /**
         * Reads {@code 8x50x768x12}: B, N, W, H.
         *
         * @throws IllegalArgumentException if it is no shape
         */
        static Attention parse(String shape, boolean causal) {
            int[] sizes = sizes(shape, 4);
            return new Attention(sizes[0], sizes[1], sizes[2], sizes[3], causal);
        }

        @Override
        public double flops() {
            double pairs = causal ? tokens * (tokens + 1.0) / 2 : (double) tokens * tokens;
            return 4 * sequences * pairs * width;
        }

        @Override
        public Runnable prepare(Kernels kernels, Arena arena, Workers workers) {
            List<Span> spans = spans(sequences, tokens, causal);
            Activations qkv = randomActivations(sequences * tokens, 3 * width, 1);
            Activations out = Activations.zeros(sequences * tokens, width);
            return () -> kernels.attention(qkv, qkv, heads, spans, out, workers);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "attention %d x [%d,%d], %d heads%s",
                    sequences,
                    tokens,
                    width,
                    heads,
                    causal ? ", causal" : "");
        }
    }

    /** The kernels of an image tower's forward pass, for a batch. */
    static List<KernelCase> ofImages(ClipConfig config, int batch, WeightType type) {
        VisionConfig vision = config.vision();
        TowerConfig tower = vision.tower();
        int width = tower.width();
        int rows = batch * vision.tokens();
        Epilogue activation = activation(tower);
        return List.of(
                new Linear(batch * patches(vision), vision.patchValues(), width, Epilogue.STORE, type),
                new LayerNorm(rows, width),
                new Linear(rows, width, 3 * width, Epilogue.STORE, type),
                new Attention(batch, vision.tokens(), width, tower.heads(), false),
                new Linear(rows, width, width, Epilogue.ADD, type),
                new Linear(rows, width, tower.mlpWidth(), activation, type),
                new Linear(rows, width, tower.mlpWidth(), Epilogue.STORE, type),
                new Linear(rows, tower.mlpWidth(), width, Epilogue.ADD, type),
                new Linear(batch, width, config.embedDim(), Epilogue.STORE, type));
    }

    /** Of a picture. */
    static int patches(VisionConfig vision) {
        return vision.grid() * vision.grid();
    }

    /** The kernels of a text tower's forward pass that differ from the image tower's, for a batch of equally long texts. */
    static List<KernelCase> ofTexts(ClipConfig config, int batch, int tokens, WeightType type) {
        TowerConfig tower = config.text().tower();
        int width = tower.width();
        int rows = batch * tokens;
        List<KernelCase> cases = new ArrayList<>();
        cases.add(new Linear(rows, width, 3 * width, Epilogue.STORE, type));
        cases.add(
                new Attention(batch, tokens, width, tower.heads(), config.text().mask() == TextMask.CAUSAL));
        cases.add(new Linear(rows, width, width, Epilogue.ADD, type));
        cases.add(new Linear(rows, width, tower.mlpWidth(), activation(tower), type));
        cases.add(new Linear(rows, tower.mlpWidth(), width, Epilogue.ADD, type));
        return cases;
    }

    static Epilogue activation(TowerConfig tower) {
        return switch (tower.activation()) {
            case QUICK_GELU -> Epilogue.QUICK_GELU;
            case GELU -> Epilogue.GELU;
            case GELU_TANH -> Epilogue.GELU_TANH;
        };
    }

    /** Values in (-0.5, 0.5), the same for the same seed. */
    static float[] random(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (random.nextInt() >> 8) * 0x1p-24f;
        }
        return values;
    }

    /** Random values, [M, columns], the same for the same seed. */
    static Activations randomActivations(int rows, int columns, long seed) {
        Activations activations = Activations.zeros(rows, columns);
        float[] values = random(rows * columns, seed);
        for (int row = 0; row < rows; row++) {
            activations.write(values, row * columns, row, 0, columns);
        }
        return activations;
    }

    /** A layer with weight [O, K], in panels as a file of that type would hold it, and bias [O]. */
    static LinearWeights randomLinear(WeightType type, int outputs, int inputs, Arena arena, long seed) {
        return new LinearWeights(randomMatrix(type, outputs, inputs, arena, seed), random(outputs, seed + 1));
    }

    /** Weight [O, K] in panels, of the row-major values that {@link #random} makes. */
    static PanelMatrix randomMatrix(WeightType type, int outputs, int inputs, Arena arena, long seed) {
        float[] values = random(outputs * inputs, seed);
        int panels = Math.ceilDiv(outputs, PanelMatrix.WIDTH);
        MemorySegment data = arena.allocate(panels * PanelMatrix.bytesPerPanel(type, inputs), 64);
        ValueLayout.OfFloat floats = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        ValueLayout.OfInt ints = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        ValueLayout.OfShort shorts = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        float[] scales = new float[type.isScaled() ? outputs : 0];
        Arrays.fill(scales, 1f / 254);
        for (int o = 0; o < outputs; o++) {
            long panel = o / PanelMatrix.WIDTH * PanelMatrix.bytesPerPanel(type, inputs);
            int column = o % PanelMatrix.WIDTH;
            int sum = 0;
            for (int k = 0; k < inputs; k++) {
                int at = PanelMatrix.place(type, k, column);
                float value = values[o * inputs + k];
                switch (type) {
                    case F32 -> data.set(floats, panel + 4L * at, value);
                    case F16 -> data.set(shorts, panel + 2L * at, Float.floatToFloat16(value));
                    case BF16 -> data.set(shorts, panel + 2L * at, (short) (Float.floatToIntBits(value) >> 16));
                    case Q8, INT8 -> {
                        data.set(ValueLayout.JAVA_BYTE, panel + at, (byte) Math.round(254 * value));
                        sum += Math.round(254 * value);
                    }
                }
            }
            if (type == WeightType.INT8) {
                long sums = panel + PanelMatrix.bytesPerPanel(type, inputs) - PanelMatrix.WIDTH * (long) Integer.BYTES;
                data.set(ints, sums + (long) column * Integer.BYTES, sum);
            }
        }
        return new PanelMatrix("random", type, outputs, inputs, data, scales);
    }

    /** B sequences of N tokens, one behind the other. */
    static List<Span> spans(int sequences, int tokens, boolean causal) {
        return IntStream.range(0, sequences)
                .mapToObj(i -> Span.of(i * tokens, tokens))
                .map(span -> new Span(span.firstQuery(), span.queries(), span.keys(), causal))
                .toList();
    }

    private static int[] sizes(String shape, int count) {
        String[] words = shape.split("x", -1);
        int[] sizes = new int[count];
        for (int i = 0; i < count; i++) {
            if (words.length != count || !words[i].matches("[1-9]\\d{0,6}")) {
                throw new IllegalArgumentException("expected a shape of " + count + " sizes, found '" + shape + "'");
            }
            sizes[i] = Integer.parseInt(words[i]);
        }
        return sizes;
    }
}
