package org.clipjava.kernel;

import java.util.List;
import java.util.Optional;
import org.clipjava.config.WeightType;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/**
 * The operations of a transformer, over all rows of a batch.
 *
 * <p>A row's result depends on that row (in attention: on its sequence) alone, bit for bit: not on the rows beside it,
 * nor on how many workers share the work. Implementations have no state and may be used by many threads at once; what
 * they need for scratch comes with the {@link Workers}.
 */
public sealed interface Kernels permits ScalarKernels, PlainKernels, VectorKernels, StartingKernels {

    /** Plain Java; runs everywhere. */
    static Kernels scalar() {
        return new ScalarKernels(false);
    }

    /** The same, with BF16 weights multiplied in bf16: what those of {@link DotProducts} are held to. */
    static Kernels scalarInBf16() {
        return new ScalarKernels(true);
    }

    /**
     * The Vector API in the widest form that the processor has.
     *
     * @throws UnsupportedOperationException if the module is not resolved; the message says how to resolve it
     */
    static Kernels vector() {
        return vector(false, Optional.empty());
    }

    /**
     * The same results from fewer compiled methods: the JVM is at full speed a second sooner, and full speed is a few percent
     * less.
     *
     * @throws UnsupportedOperationException if the module is not resolved; the message says how to resolve it
     */
    static Kernels quickStart() {
        return vector(true, Optional.empty());
    }

    /**
     * {@link #vector()} or {@link #quickStart()}, and INT8 weights multiplied by something faster, with the same results. BF16 weights
     * are multiplied in bf16 where it can do that.
     *
     * @param machine stays open for as long as these are used
     * @throws UnsupportedOperationException if the module is not resolved; the message says how to resolve it
     */
    static Kernels vector(boolean quickStart, DotProducts machine) {
        return vector(quickStart, Optional.of(machine));
    }

    /**
     * {@link #vector()} or {@link #quickStart()}, with plain Java in their place, and the same results, until the JVM has compiled
     * them.
     *
     * @param machine as in {@link #vector(boolean, DotProducts)}, if there is one
     * @throws UnsupportedOperationException if the module is not resolved; the message says how to resolve it
     */
    static Kernels starting(boolean quickStart, Optional<DotProducts> machine) {
        requireVectorApi();
        return new StartingKernels(quickStart, machine);
    }

    private static Kernels vector(boolean quickStart, Optional<DotProducts> machine) {
        requireVectorApi();
        return new VectorKernels(quickStart, machine);
    }

    private static void requireVectorApi() {
        if (!vectorApiResolved()) {
            throw new UnsupportedOperationException(
                    "vector kernels need the module jdk.incubator.vector; start Java with --add-modules jdk.incubator.vector");
        }
    }

    /** Whether {@link #vector()} can be had. */
    static boolean vectorApiResolved() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /**
     * Whether {@link #vector()} can be had and is the faster choice. On x86 vectors of 128 bits mean a processor without AVX2
     * and so without fused multiply-add, which the JVM then computes by a detour through {@code BigDecimal}.
     */
    static boolean vectorPays() {
        return vectorApiResolved() && VectorKernels.hasFusedMultiplyAdd();
    }

    /** Says what weights are about to be used, and much: what has to be made ready for them may begin. */
    default void expect(WeightType type) {}

    /** What runs, for people: {@code scalar} or {@code vector, 512 bits}. */
    String description();

    /**
     * Normalises each row to mean 0 and variance 1, then scales and shifts it: {@code out = (x - mean) / √(var + eps) ·
     * weight + bias}, mean and variance in two passes.
     *
     * @param x [M, W]
     * @param out [M, W]; may be {@code x}
     */
    void layerNorm(Activations x, LayerNormWeights weights, Activations out, Workers workers);

    /**
     * Computes {@code out = epilogue(x · weightᵀ + bias)}.
     *
     * @param x [M, K]
     * @param layer of O outputs and K inputs
     * @param outputs which columns of {@code out} are wanted; those beside them may be written too
     * @param out [M, O]; must not be {@code x}
     */
    void linear(
            Activations x, LinearWeights layer, Outputs outputs, Epilogue epilogue, Activations out, Workers workers);

    /** {@link #linear(Activations, LinearWeights, Outputs, Epilogue, Activations, Workers)} for all outputs. */
    default void linear(Activations x, LinearWeights layer, Epilogue epilogue, Activations out, Workers workers) {
        linear(x, layer, new Outputs(0, layer.weight().outputs()), epilogue, out, workers);
    }

    /**
     * Multi-head scaled dot-product attention: {@code softmax(a · bᵀ / √D + bias) · v}, head by head, over the keys that a query's
     * span says it sees. A query of W columns stands at the start of a row, a key behind it, a value behind that.
     *
     * @param form what a and b are, and the bias; usually queries, keys and none
     * @param queries [queries, 3W], or [queries, W] where a is the query
     * @param keysAndValues [M, 3W], of which only b and the values are read; may be {@code queries}
     * @param heads H, each of W / H columns
     * @param spans which queries see which keys
     * @param out [queries, W], heads side by side
     */
    void attention(
            AttentionForm form,
            Activations queries,
            Activations keysAndValues,
            int heads,
            List<Span> spans,
            Activations out,
            Workers workers);

    /** {@link #attention(AttentionForm, Activations, Activations, int, List, Activations, Workers)} of queries over keys. */
    default void attention(
            Activations queries,
            Activations keysAndValues,
            int heads,
            List<Span> spans,
            Activations out,
            Workers workers) {
        attention(AttentionForm.USUAL, queries, keysAndValues, heads, spans, out, workers);
    }

    /**
     * A range of a layer's outputs.
     *
     * @param from the first
     * @param to behind the last
     */
    record Outputs(int from, int to) {
        public Outputs {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException("outputs " + from + " to " + to);
            }
        }

        int firstPanel() {
            return from / PanelMatrix.WIDTH;
        }

        int panels() {
            return Math.ceilDiv(to, PanelMatrix.WIDTH) - firstPanel();
        }
    }

    /** What {@link #linear} does with a sum before it is stored. */
    enum Epilogue {
        /** Nothing. */
        STORE,
        /** Adds it to what {@code out} held: the residual connection. */
        ADD,
        /** x · σ(1.702 x). */
        QUICK_GELU,
        /** x · Φ(x). */
        GELU,
        /** 0.5 x · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
        GELU_TANH
    }
}
