package org.clipjava.kernel;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Compilation.Stage;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;

/**
 * Plain Java until the vector kernels are compiled, and these from then on. The results are the same, bit for bit, so that it does
 * not matter when that is. A program that has little to do never has them compiled.
 */
final class StartingKernels implements Kernels {
    /** Multiply-adds after which it is worth to have vectors compiled: what plain Java does in some tenths of a second. */
    private static final long LITTLE = 1_000_000_000;

    private final Kernels plain = new PlainKernels();
    private final boolean inBf16;
    private final Kernels quick;
    private final Optional<Kernels> full;

    /** Multiply-adds with weights of each type: a model may have some that are wider than the others. */
    private final Map<WeightType, AtomicLong> work = new EnumMap<>(WeightType.class);

    /** Of the last multiply, which the steps between multiplies go along with. */
    private volatile WeightType type = WeightType.F32;

    /** @param quickStart whether it stays with the vector kernels that are compiled the soonest */
    StartingKernels(boolean quickStart, Optional<DotProducts> machine) {
        for (WeightType each : WeightType.values()) {
            work.put(each, new AtomicLong());
        }
        inBf16 = machine.flatMap(DotProducts::pairOrder).isPresent();
        quick = new VectorKernels(true, machine);
        full = quickStart ? Optional.empty() : Optional.of(new VectorKernels(false, machine));
    }

    @Override
    public void expect(WeightType type) {
        Compilation.begin(full.isPresent() ? Stage.FULL : Stage.QUICK, type);
    }

    private Kernels now() {
        Kernels vectors = vectors();
        return vectors == quick && !Compilation.isDone(Stage.QUICK, type) ? plain : vectors;
    }

    private Kernels vectors() {
        return full.isPresent() && Compilation.isDone(Stage.FULL, type) ? full.get() : quick;
    }

    /** Who works with these kernels: while others compile, no more than leave them a processor each for running and compiling. */
    private Workers share(Kernels now, Workers workers) {
        boolean inTheWay = now == plain
                && workers.count() > 1
                && Compilation.isUnderWay(type)
                && workers.count() + 2 > Runtime.getRuntime().availableProcessors();
        return inTheWay ? workers.alone() : workers;
    }

    @Override
    public String description() {
        return quick.description();
    }

    @Override
    public void layerNorm(Activations x, LayerNormWeights weights, Activations out, Workers workers) {
        Kernels now = now();
        now.layerNorm(x, weights, out, share(now, workers));
    }

    @Override
    public void linear(
            Activations x, LinearWeights layer, Outputs outputs, Epilogue epilogue, Activations out, Workers workers) {
        WeightType type = layer.weight().type();
        this.type = type;
        long multiplyAdds = (long) x.rows() * layer.weight().inputs() * (outputs.to() - outputs.from());
        AtomicLong done = Objects.requireNonNull(work.get(type));
        if (done.get() < LITTLE && done.addAndGet(multiplyAdds) >= LITTLE) {
            expect(type);
        }
        // plain Java would widen what machine code multiplies in bf16
        Kernels now = inBf16 && type == WeightType.BF16 ? vectors() : now();
        now.linear(x, layer, outputs, epilogue, out, share(now, workers));
    }

    @Override
    public void attention(
            AttentionForm form,
            Activations queries,
            Activations keysAndValues,
            int heads,
            List<Span> spans,
            Activations out,
            Workers workers) {
        Kernels now = now();
        now.attention(form, queries, keysAndValues, heads, spans, out, share(now, workers));
    }
}
