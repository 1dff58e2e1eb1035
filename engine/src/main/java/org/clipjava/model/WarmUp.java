package org.clipjava.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Span;
import org.clipjava.kernel.Workers;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;
import org.clipjava.weights.WeightType;

/**
 * Runs the kernels on zeros until the JVM has compiled them. Code on the Vector API that is not compiled yet is hundreds of
 * times slower, so that a first picture is won or lost there.
 */
public final class WarmUp {
    /** Next to nothing, since a call is what the JVM counts, and what is slow. */
    private static final int WIDTH = 2;

    private static final int ROWS = 2;

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
        LinearWeights layer = layer(type);
        LayerNormWeights norm = new LayerNormWeights(new float[WIDTH], new float[WIDTH], 1e-5f);
        Activations x = Activations.zeros(ROWS, WIDTH);
        Activations qkv = Activations.zeros(ROWS, 3 * WIDTH);
        List<Span> spans = List.of(Span.of(0, ROWS));
        Workers workers = Workers.caller();
        int fast = 0;
        for (long now = start; fast < FAST_ROUNDS && now - start < milliseconds * 1_000_000L; ) {
            kernels.layerNorm(x, norm, x, workers);
            kernels.linear(x, layer, Epilogue.QUICK_GELU, qkv, workers);
            kernels.linear(x, layer, Epilogue.ADD, qkv, workers);
            kernels.attention(qkv, qkv, 1, spans, x, workers);
            long end = System.nanoTime();
            fast = end - now < FAST_NANOS ? fast + 1 : 0;
            now = end;
        }
    }

    private static LinearWeights layer(WeightType type) {
        int outputs = 3 * WIDTH;
        long bytes = (long) PanelMatrix.WIDTH * WIDTH * type.dtype().bits() / Byte.SIZE;
        MemorySegment data = Arena.ofAuto().allocate(bytes, 64);
        float[] scales = new float[type == WeightType.Q8 ? outputs : 0];
        return new LinearWeights(new PanelMatrix("warm-up", type, outputs, WIDTH, data, scales), new float[0]);
    }
}
