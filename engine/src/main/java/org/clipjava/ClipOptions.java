package org.clipjava;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * How a {@link Clip} works.
 *
 * @param kernels which arithmetic
 * @param threads how many threads may share one call, the calling one included; results do not depend on it
 * @param executor runs all but the caller's share of the work; if empty, the {@link Clip} has threads of its own until it
 *     is closed. It may be busy or refuse: then the caller does more itself.
 * @param towers which halves to load; calls that need another are an {@link IllegalStateException}, and with the image tower
 *     alone there is no tokenizer either
 * @param quickStart whether to get along with less compiled code: the first results come about a second sooner, later ones
 *     take a few percent longer, and all are the same; for programs that live for a handful of pictures
 * @param allowNonFinite whether weights may be infinite or not a number, to look into a model that is damaged; embeddings may
 *     then have no direction
 * @param backend what runs the encoders: {@code cpu}; the name of an {@link org.clipjava.encoder.EncoderBackend} on the class
 *     or module path; or {@code auto} for the first of these that has a device, else the CPU. The options above are the CPU's
 */
public record ClipOptions(
        KernelChoice kernels,
        int threads,
        Optional<Executor> executor,
        Set<Tower> towers,
        boolean quickStart,
        boolean allowNonFinite,
        String backend) {
    public ClipOptions {
        towers = Set.copyOf(towers);
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least one thread, found " + threads);
        }
    }

    /** The kernels and the backend that {@code -Dclip.kernels} and {@code -Dclip.backend} ask for, and all processors. */
    public static ClipOptions defaults() {
        return new ClipOptions(
                KernelChoice.fromProperty(),
                Runtime.getRuntime().availableProcessors(),
                Optional.empty(),
                Set.of(Tower.values()),
                false,
                false,
                System.getProperty(Backends.PROPERTY, CpuBackend.NAME));
    }

    /** The same with other kernels. */
    public ClipOptions withKernels(KernelChoice choice) {
        return new ClipOptions(choice, threads, executor, towers, quickStart, allowNonFinite, backend);
    }

    /** The same with another number of threads. */
    public ClipOptions withThreads(int count) {
        return new ClipOptions(kernels, count, executor, towers, quickStart, allowNonFinite, backend);
    }

    /** The same on the caller's own executor. */
    public ClipOptions withExecutor(Executor own) {
        return new ClipOptions(kernels, threads, Optional.of(own), towers, quickStart, allowNonFinite, backend);
    }

    /** The same with these towers only, or none: what is not loaded costs neither time nor memory. */
    public ClipOptions withTowers(Set<Tower> loaded) {
        return new ClipOptions(kernels, threads, executor, loaded, quickStart, allowNonFinite, backend);
    }

    /** The same with or without a quick start. */
    public ClipOptions withQuickStart(boolean quick) {
        return new ClipOptions(kernels, threads, executor, towers, quick, allowNonFinite, backend);
    }

    /** The same with or without leave for weights that are infinite or not a number. */
    public ClipOptions withNonFiniteAllowed(boolean allowed) {
        return new ClipOptions(kernels, threads, executor, towers, quickStart, allowed, backend);
    }

    /** The same on another backend. */
    public ClipOptions withBackend(String name) {
        return new ClipOptions(kernels, threads, executor, towers, quickStart, allowNonFinite, name);
    }
}
