package org.clipjava;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import org.clipjava.backend.Backends;
import org.clipjava.backend.CpuBackend;
import org.clipjava.backend.CpuSettings;
import org.clipjava.config.KernelChoice;
import org.clipjava.image.ImageDecoder;

/**
 * How a {@link Clip} works. Immutable and thread-safe.
 *
 * {@snippet :
 * ClipOptions options = ClipOptions.defaults().withThreads(4).withTowers(Set.of(Tower.IMAGE));
 * }
 */
public final class ClipOptions {
    private final CpuSettings cpu;

    /** Empty: those that the model has. */
    private final Optional<Set<Tower>> towers;

    private final boolean allowNonFinite;
    private final String backend;
    private final OptionalInt background;
    private final boolean draft;
    private final Optional<ImageDecoder> decoder;

    private ClipOptions(
            CpuSettings cpu,
            Optional<Set<Tower>> towers,
            boolean allowNonFinite,
            String backend,
            OptionalInt background,
            boolean draft,
            Optional<ImageDecoder> decoder) {
        this.cpu = cpu;
        this.towers = towers;
        this.allowNonFinite = allowNonFinite;
        this.backend = backend;
        this.background = background;
        this.draft = draft;
        this.decoder = decoder;
    }

    /**
     * The kernels and the backend that {@code -Dclip.kernels} and {@code -Dclip.backend} ask for, and all processors.
     *
     * @throws IllegalArgumentException if {@code clip.kernels} is set to what is none
     */
    public static ClipOptions defaults() {
        return new ClipOptions(
                new CpuSettings(
                        KernelChoice.fromProperty(),
                        Runtime.getRuntime().availableProcessors(),
                        Optional.empty(),
                        false),
                Optional.empty(),
                false,
                System.getProperty(Backends.PROPERTY, CpuBackend.NAME),
                OptionalInt.empty(),
                false,
                Optional.empty());
    }

    private ClipOptions with(CpuSettings changed) {
        return new ClipOptions(changed, towers, allowNonFinite, backend, background, draft, decoder);
    }

    /** The same with other kernels: which arithmetic the CPU runs on. */
    public ClipOptions withKernels(KernelChoice kernels) {
        return with(new CpuSettings(Objects.requireNonNull(kernels), cpu.threads(), cpu.executor(), cpu.quickStart()));
    }

    /**
     * The same with another number of threads that may share one call, the calling one included. Results do not depend on it.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public ClipOptions withThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least one thread, found " + threads);
        }
        return with(new CpuSettings(cpu.kernels(), threads, cpu.executor(), cpu.quickStart()));
    }

    /**
     * The same on the caller's own executor, which runs all but the caller's share of the work. It may be busy or refuse: then the caller
     * does more itself. Without one a {@link Clip} has threads of its own until it is closed.
     */
    public ClipOptions withExecutor(Executor executor) {
        return with(new CpuSettings(cpu.kernels(), cpu.threads(), Optional.of(executor), cpu.quickStart()));
    }

    /**
     * The same with or without a quick start, which gets along with less compiled code: the first results come about a second sooner,
     * later ones take a few percent longer, and all are the same. For programs that live for a handful of pictures.
     */
    public ClipOptions withQuickStart(boolean quickStart) {
        return with(new CpuSettings(cpu.kernels(), cpu.threads(), cpu.executor(), quickStart));
    }

    /**
     * The same with these towers only, or none: what is not loaded costs neither time nor memory. Calls that need another are an
     * {@link IllegalStateException}; with the image tower alone there is no tokenizer either. A model that has not all of them is a
     * {@link MissingTowerException}. Without this call those are loaded that the model has, mostly both.
     */
    public ClipOptions withTowers(Set<Tower> towers) {
        return new ClipOptions(
                cpu, Optional.of(Set.copyOf(towers)), allowNonFinite, backend, background, draft, decoder);
    }

    /**
     * The same with or without leave for weights that are infinite or not a number, to look into a model that is damaged; embeddings may
     * then have no direction.
     */
    public ClipOptions withNonFiniteAllowed(boolean allowed) {
        return new ClipOptions(cpu, towers, allowed, backend, background, draft, decoder);
    }

    /**
     * The same with the encoders on something else.
     *
     * @param backend {@code cpu}; the name of an {@link org.clipjava.encoder.EncoderBackend} on the class or module path; or {@code auto}
     *     for the first of these that has a device, else the CPU. Kernels, threads, executor and quick start are the CPU's
     */
    public ClipOptions withBackend(String backend) {
        return new ClipOptions(
                cpu, towers, allowNonFinite, Objects.requireNonNull(backend), background, draft, decoder);
    }

    /**
     * The same with transparent pictures laid over a colour: those that {@link #imageDecoder} decodes. Without one, pixels have the
     * colour that is stored, however transparent they are.
     *
     * @param color 0xRRGGBB
     * @throws IllegalArgumentException if it has other bits
     */
    public ClipOptions withBackground(int color) {
        ImageDecoder.onBackground(color); // refuses what is no colour
        return new ClipOptions(cpu, towers, allowNonFinite, backend, OptionalInt.of(color), draft, decoder);
    }

    /**
     * The same where large JPEGs are decoded smaller, or not, by {@link #imageDecoder}: sooner, and with embeddings that differ a
     * little. See {@link ImageDecoder#drafting}.
     */
    public ClipOptions withDraft(boolean draft) {
        return new ClipOptions(cpu, towers, allowNonFinite, backend, background, draft, decoder);
    }

    /**
     * The same with another decoder of files of pictures, such as one that knows further formats. It is {@link #imageDecoder} then,
     * whatever {@link #withBackground} says; to keep that, let it hand on to the one that was there:
     * {@code options.withImageDecoder(new MyDecoder(options.imageDecoder()))}.
     */
    public ClipOptions withImageDecoder(ImageDecoder decoder) {
        return new ClipOptions(cpu, towers, allowNonFinite, backend, background, draft, Optional.of(decoder));
    }

    /** Which arithmetic the CPU runs on. */
    public KernelChoice kernels() {
        return cpu.kernels();
    }

    /** How many threads may share one call. */
    public int threads() {
        return cpu.threads();
    }

    /** The caller's own executor; empty where a {@link Clip} has threads of its own. */
    public Optional<Executor> executor() {
        return cpu.executor();
    }

    /** Which halves are loaded, if the model has them. */
    public Set<Tower> towers() {
        return towers.orElse(Set.of(Tower.values()));
    }

    /** Those that a model has to have. */
    Set<Tower> requiredTowers() {
        return towers.orElse(Set.of());
    }

    /** Whether it gets along with less compiled code. */
    public boolean quickStart() {
        return cpu.quickStart();
    }

    /** Whether weights may be infinite or not a number. */
    public boolean allowNonFinite() {
        return allowNonFinite;
    }

    /** What runs the encoders. */
    public String backend() {
        return backend;
    }

    /** What is seen through transparent pixels, 0xRRGGBB; empty: the colours that are stored. */
    public OptionalInt background() {
        return background;
    }

    /** Whether large JPEGs are decoded smaller. */
    public boolean draft() {
        return draft;
    }

    /**
     * What decodes files of pictures: the one that was given, or {@link ImageDecoder#standard()} with the background if there is one;
     * {@link ImageDecoder#drafting} if asked to.
     */
    public ImageDecoder imageDecoder() {
        ImageDecoder whole = decoder.orElseGet(() ->
                background.isPresent() ? ImageDecoder.onBackground(background.getAsInt()) : ImageDecoder.standard());
        return draft ? whole.drafting() : whole;
    }

    CpuSettings cpu() {
        return cpu;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClipOptions that
                && cpu.equals(that.cpu)
                && towers.equals(that.towers)
                && allowNonFinite == that.allowNonFinite
                && backend.equals(that.backend)
                && background.equals(that.background)
                && draft == that.draft
                && decoder.equals(that.decoder);
    }

    @Override
    public int hashCode() {
        return Objects.hash(cpu, towers, allowNonFinite, backend, background, draft, decoder);
    }

    @Override
    public String toString() {
        return "ClipOptions[" + cpu + ", towers=" + towers() + ", allowNonFinite=" + allowNonFinite + ", backend="
                + backend + (background.isPresent() ? ", background=#%06x".formatted(background.getAsInt()) : "")
                + (draft ? ", draft" : "")
                + decoder.map(given -> ", decoder=" + given).orElse("") + "]";
    }
}
