package org.clipjava.kernel;

import java.lang.foreign.Arena;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.Matrix;

/**
 * The operations of a transformer, over all rows of a batch.
 *
 * <p>A row's result depends on that row (in attention: on its sequence) alone, bit for bit: not on the rows beside it,
 * nor on how many workers share the work. Implementations have no state and may be used by many threads at once; what
 * they need for scratch comes with the {@link Workers}.
 */
public sealed interface Kernels permits ScalarKernels, VectorKernels {

    /** Plain Java; runs everywhere. */
    static Kernels scalar() {
        return new ScalarKernels();
    }

    /**
     * The Vector API in the widest form that the processor has.
     *
     * @throws UnsupportedOperationException if the module is not resolved; the message says how to resolve it
     */
    static Kernels vector() {
        if (!vectorApiResolved()) {
            throw new UnsupportedOperationException(
                    "vector kernels need the module jdk.incubator.vector; start Java with --add-modules jdk.incubator.vector");
        }
        return VectorKernels.preferred();
    }

    /** Whether {@link #vector()} can be had. */
    static boolean vectorApiResolved() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** What runs, for people: {@code scalar} or {@code vector, 512 bits}. */
    String description();

    /** Copies a weight, widened to float, into the order that {@link #linear} reads it in. */
    PackedMatrix pack(Matrix weight, Arena arena);

    /**
     * Normalises each row to mean 0 and variance 1, then scales and shifts it: {@code out = (x - mean) / √(var + eps) ·
     * weight + bias}, mean and variance in two passes.
     *
     * @param x [M, W]
     * @param out [M, W]; may be {@code x}
     */
    void layerNorm(float[] x, int rows, LayerNormWeights weights, float[] out, Workers workers);

    /**
     * Computes {@code out = epilogue(x · weightᵀ + bias)}.
     *
     * @param x [M, K]
     * @param weight packed by these kernels, [O, K]
     * @param bias [O], or empty
     * @param out [M, O]; must not be {@code x}
     */
    void linear(
            float[] x, int rows, PackedMatrix weight, float[] bias, Epilogue epilogue, float[] out, Workers workers);

    /**
     * Multi-head scaled dot-product attention within each sequence: {@code softmax(q · kᵀ / √D) · v}, head by head.
     *
     * @param qkv [M, 3W]: a token's query, key and value, each in head order
     * @param sequences which rows belong together
     * @param heads H
     * @param causal whether a token sees only itself and those before it
     * @param out [M, W], heads side by side
     */
    void attention(
            float[] qkv, int width, Sequences sequences, int heads, boolean causal, float[] out, Workers workers);

    /** What {@link #linear} does with a sum before it is stored. */
    enum Epilogue {
        /** Nothing. */
        STORE,
        /** Adds it to what {@code out} held: the residual connection. */
        ADD,
        /** x · σ(1.702 x). */
        QUICK_GELU,
        /** x · Φ(x). */
        GELU
    }
}
