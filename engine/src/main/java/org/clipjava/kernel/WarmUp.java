package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.util.List;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/**
 * Runs the kernels on zeros until the JVM has compiled them. Code on the Vector API that is not compiled yet is hundreds of
 * times slower, so that a first picture is won or lost there.
 */
public final class WarmUp {
    /** Next to nothing, since a call is what the JVM counts, and what is slow. */
    private static final int ROWS = 2;

    private static final int INPUTS = 2;

    /** The least columns that run the loops over whole vectors, on any processor. */
    private static final int WIDTH = 16;

    /** Several strips, and keys in more than one panel. */
    private static final int MANY_ROWS = PanelMatrix.WIDTH + 4;

    /** More than a block of activations has. */
    private static final int MANY_INPUTS = 1024 + INPUTS;

    /**
     * One round in so many has many rows. A branch that the JVM has not seen by the time it compiles a method ends in a way
     * back to code that is not compiled, which costs more than the compilation has won.
     */
    private static final int ROUNDS_OF_FEW = 64;

    /** A round of compiled code takes a tenth of this. */
    private static final long FAST_NANOS = 100_000;

    /** Rounds in a row that must have been fast: some of what is slow comes seldom. */
    private static final int FAST_ROUNDS = 200;

    private WarmUp() {}

    /**
     * Returns when the kernels are fast.
     *
     * @param type of the weights that will be used
     * @param milliseconds how long at the most
     */
    public static void run(Kernels kernels, WeightType type, int milliseconds) {
        long start = System.nanoTime();
        // memory of the kind that a model's weights lie in, since the JVM compiles for the kind that it has seen
        try (Arena arena = Arena.ofShared()) {
            LinearWeights layer = layer(type, 3 * WIDTH, INPUTS, arena);
            Round few = new Round(kernels, layer, ROWS);
            Round many = new Round(kernels, layer, MANY_ROWS);
            int fast = 0;
            int round = 1;
            for (long now = start; fast < FAST_ROUNDS && now - start < milliseconds * 1_000_000L; round++) {
                if (round % ROUNDS_OF_FEW == 0) {
                    many.run();
                } else {
                    few.run();
                }
                if (round == ROUNDS_OF_FEW) {
                    multiplyManyInputs(kernels, layer(type, WIDTH, MANY_INPUTS, arena));
                }
                long end = System.nanoTime();
                fast = end - now < FAST_NANOS ? fast + 1 : 0;
                now = end;
            }
        }
    }

    /** All that a block does. */
    private static final class Round {
        private final Kernels kernels;
        private final LinearWeights layer;
        private final LayerNormWeights norm = new LayerNormWeights(new float[WIDTH], new float[WIDTH], 1e-5f);
        private final Activations input;
        private final Activations x;
        private final Activations qkv;
        private final List<Span> spans;
        private final Workers workers = Workers.caller();

        Round(Kernels kernels, LinearWeights layer, int rows) {
            this.kernels = kernels;
            this.layer = layer;
            input = Activations.zeros(rows, INPUTS);
            x = Activations.zeros(rows, WIDTH);
            qkv = Activations.zeros(rows, 3 * WIDTH);
            spans = List.of(Span.of(0, rows));
        }

        void run() {
            kernels.layerNorm(x, norm, x, workers);
            kernels.linear(input, layer, Epilogue.STORE, qkv, workers);
            kernels.linear(input, layer, Epilogue.QUICK_GELU, qkv, workers);
            kernels.linear(input, layer, Epilogue.ADD, qkv, workers);
            kernels.attention(qkv, qkv, 1, spans, x, workers);
        }
    }

    private static void multiplyManyInputs(Kernels kernels, LinearWeights layer) {
        Activations x = Activations.zeros(ROWS, MANY_INPUTS);
        kernels.linear(x, layer, Epilogue.STORE, Activations.zeros(ROWS, WIDTH), Workers.caller());
    }

    private static LinearWeights layer(WeightType type, int outputs, int inputs, Arena arena) {
        int panels = Math.ceilDiv(outputs, PanelMatrix.WIDTH);
        long bytes = panels * PanelMatrix.bytesPerPanel(type, inputs);
        float[] scales = new float[type.isScaled() ? outputs : 0];
        PanelMatrix weight = new PanelMatrix("warm-up", type, outputs, inputs, arena.allocate(bytes, 64), scales);
        return new LinearWeights(weight, new float[outputs]);
    }
}
