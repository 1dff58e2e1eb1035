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
    private static final int WIDTH = 256;
    private static final int HEAD_SIZE = 64;

    /** The strips of a picture of 50 tokens, of a handful of prompts, and of the tokens that are pooled. */
    private static final List<Integer> ROWS = List.of(1, 9, 10, 11, 12);

    private WarmUp() {}

    /**
     * Returns when the kernels have run for some time, compiled or not.
     *
     * @param type of the weights that will be used
     * @param milliseconds how long at the most
     */
    public static void run(Kernels kernels, WeightType type, int milliseconds) {
        long end = System.nanoTime() + milliseconds * 1_000_000L;
        LinearWeights layer = layer(type);
        LayerNormWeights norm = new LayerNormWeights(new float[WIDTH], new float[WIDTH], 1e-5f);
        Workers workers = Workers.caller();
        while (System.nanoTime() < end) {
            for (int rows : ROWS) {
                Activations x = Activations.zeros(rows, WIDTH);
                Activations out = Activations.zeros(rows, layer.weight().outputs());
                kernels.layerNorm(x, norm, x, workers);
                kernels.linear(x, layer, Epilogue.QUICK_GELU, out, workers);
                kernels.linear(x, layer, Epilogue.ADD, out, workers);
                Activations mixed = Activations.zeros(rows, HEAD_SIZE);
                kernels.attention(out, out, 1, List.of(Span.of(0, rows)), mixed, workers);
            }
        }
    }

    private static LinearWeights layer(WeightType type) {
        int outputs = 3 * HEAD_SIZE;
        long bytes = (long) outputs * WIDTH * type.dtype().bits() / Byte.SIZE;
        MemorySegment data = Arena.ofAuto().allocate(bytes, 64);
        float[] scales = new float[type == WeightType.Q8 ? outputs : 0];
        return new LinearWeights(new PanelMatrix("warm-up", type, outputs, WIDTH, data, scales), new float[0]);
    }
}
