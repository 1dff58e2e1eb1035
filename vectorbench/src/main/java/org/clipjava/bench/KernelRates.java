package org.clipjava.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.commons.math3.stat.StatUtils;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Kernels;
import org.clipjava.modelfile.ModelFile;

/** The command {@code kernels}: what each kernel reaches, and where a forward pass spends its time. */
final class KernelRates {
    static final ClipConfig VIT_B_32 = ClipConfig.of(
            VisionConfig.of(TowerConfig.of(768, 12, 12, 3072, Activation.QUICK_GELU, 1e-5f), 224, 32),
            TextConfig.of(
                    TowerConfig.of(512, 12, 8, 2048, Activation.QUICK_GELU, 1e-5f),
                    77,
                    49408,
                    new TextPool.FirstOf(49407)),
            512);

    /** Ten short prompts, the text that is timed. */
    private static final int TEXTS = 10;

    private static final int TOKENS = 9;

    private static final double COMPILING_SECONDS = 0.3;

    private final KernelOptions options;
    private final PrintStream out;

    KernelRates(KernelOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        Kernels kernels = options.scalar() ? Kernels.scalar() : Kernels.vector();
        out.print(Environment.current().toText());
        ClipConfig config = config();
        for (int threads : options.threads()) {
            double peak = FmaPeak.measure(threads);
            out.printf(
                    Locale.ROOT,
                    "%n%s, %d thread%s, FMA peak %.1f GFLOP/s%n",
                    kernels.description(),
                    threads,
                    threads == 1 ? "" : "s",
                    peak * 1e-9);
            out.printf(Locale.ROOT, "%-52s %12s %9s %7s%n", "kernel", "ms (median)", "GFLOP/s", "peak %");
            try (Crew crew = new Crew(threads)) {
                for (KernelCase kernel : cases(config)) {
                    // they share code: before the first is timed, all have had a part in compiling it
                    seconds(kernel, kernels, crew, COMPILING_SECONDS);
                }
                for (KernelCase kernel : cases(config)) {
                    double seconds = seconds(kernel, kernels, crew, options.seconds());
                    out.println(row(kernel.toString(), seconds, kernel.flops(), peak));
                }
                profile(config, kernels, crew, threads, peak);
            }
        }
    }

    private ClipConfig config() throws IOException {
        if (options.model().isEmpty()) {
            return VIT_B_32;
        }
        return ModelFile.info(options.model().get()).config();
    }

    private Set<KernelCase> cases(ClipConfig config) {
        Set<KernelCase> cases = new LinkedHashSet<>();
        for (int batch : options.batches()) {
            cases.addAll(KernelCase.ofImages(config, batch, options.type()));
        }
        cases.addAll(KernelCase.ofTexts(config, TEXTS, TOKENS, options.type()));
        return cases;
    }

    private static double seconds(KernelCase kernel, Kernels kernels, Crew crew, double duration) {
        try (Arena arena = Arena.ofShared()) {
            Runnable call = kernel.prepare(kernels, arena, crew.workers());
            median(call, duration);
            return median(call, duration);
        }
    }

    /** Of calls for so many seconds, one at least. */
    private static double median(Runnable call, double seconds) {
        List<Double> times = new ArrayList<>();
        long start = System.nanoTime();
        long before = start;
        do {
            call.run();
            long now = System.nanoTime();
            times.add((now - before) * 1e-9);
            before = now;
        } while ((before - start) * 1e-9 < seconds);
        return StatUtils.percentile(
                times.stream().mapToDouble(Double::doubleValue).toArray(), 50);
    }

    private void profile(ClipConfig config, Kernels kernels, Crew crew, int threads, double peak) throws IOException {
        double duration = 6 * options.seconds();
        try (Arena arena = Arena.ofShared()) {
            ForwardProfile profile = new ForwardProfile(config, options.type(), kernels, crew.workers(), arena);
            for (int batch : options.batches()) {
                Map<ForwardProfile.Operation, Double> times = profile.measure(batch, duration);
                Map<ForwardProfile.Operation, Double> flops = profile.flops(batch);
                double sum =
                        times.values().stream().mapToDouble(Double::doubleValue).sum();
                out.printf(
                        Locale.ROOT,
                        "%nforward pass of %d picture%s, all layers in full, by operation%n",
                        batch,
                        batch == 1 ? "" : "s");
                times.forEach((operation, seconds) -> out.printf(
                        Locale.ROOT,
                        "%s  %4.1f %% of the time%n",
                        row(operation.toString(), seconds, Objects.requireNonNull(flops.get(operation)), peak),
                        100 * seconds / sum));
                double allFlops =
                        flops.values().stream().mapToDouble(Double::doubleValue).sum();
                out.println(row("sum", sum, allFlops, peak));
                OptionalDouble whole = wholePass(batch, threads, duration);
                if (whole.isPresent()) {
                    double needed = batch * NeededFlops.ofImage(config);
                    out.println(row("the engine's whole pass, of the needed FLOP", whole.getAsDouble(), needed, peak));
                }
            }
        }
    }

    /** Seconds of the model's own pass, with everything that is between the kernels; empty without a model. */
    private OptionalDouble wholePass(int batch, int threads, double duration) throws IOException {
        if (options.model().isEmpty()) {
            return OptionalDouble.empty();
        }
        ClipOptions clipOptions = ClipOptions.defaults()
                .withThreads(threads)
                .withKernels(options.scalar() ? KernelChoice.SCALAR : KernelChoice.VECTOR);
        try (Clip clip = Clip.open(options.model().get(), clipOptions)) {
            int side = clip.config().vision().imageSize();
            List<PixelTensor> pictures = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                pictures.add(PixelTensor.of(side, side, KernelCase.random(3 * side * side, i)));
            }
            Runnable call = () -> clip.encodePixels(pictures);
            median(call, duration);
            return OptionalDouble.of(median(call, duration));
        }
    }

    private static String row(String name, double seconds, double flops, double peak) {
        return String.format(
                Locale.ROOT,
                "%-52s %12.3f %9.1f %7.1f",
                name,
                seconds * 1e3,
                flops / seconds * 1e-9,
                100 * flops / seconds / peak);
    }
}
