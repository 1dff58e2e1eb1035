package org.clipjava.eval;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;

/**
 * Holds an evaluation's throughput against that of a loop over the engine alone: decode, preprocess and encode the same pictures, 32
 * at a time, with as many threads. The two take turns. Where other programs want the processors, look at the processor's time.
 *
 * <pre>{@code java --add-modules jdk.incubator.vector -cp ... org.clipjava.eval.ThroughputComparison MODEL DIR [ROUNDS]}</pre>
 */
final class ThroughputComparison {
    private static final int BATCH = 32;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ThroughputComparison() {}

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    public static void main(String... args) throws IOException, InterruptedException {
        LabelledImages images = LabelledImages.of(Path.of(args[1]), LabelMap.identity());
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        ClipOptions options = ClipOptions.defaults();
        try (Clip clip = Clip.open(Path.of(args[0]), options)) {
            EmbeddingPass pass = EmbeddingPass.of(clip, ImageDecoder.standard())
                    .withThreads(options.threads())
                    .withBatch(BATCH);
            List<TemplateSet> sets = List.of(TemplateSet.builtIn("article").orElseThrow());
            double[] ratios = new double[rounds];
            double[] alone = new double[rounds];
            double[] cpu = new double[rounds];
            for (int round = -1; round < rounds; round++) { // the first warms up
                double labels = seconds(() -> org.clipjava.ZeroShotClassifier.of(
                        clip, images.labels(), sets.getFirst().templates()));
                long start = PROCESS.getProcessCpuTime();
                double bare = seconds(() -> bare(clip, images));
                long middle = PROCESS.getProcessCpuTime();
                double eval = seconds(() -> Evaluation.run(pass, images, sets, done -> {}));
                long end = PROCESS.getProcessCpuTime();
                if (round >= 0) {
                    alone[round] = images.count() / bare;
                    ratios[round] = bare / (eval - labels);
                    cpu[round] = (double) (middle - start) / (end - middle);
                }
            }
            Arrays.sort(ratios);
            Arrays.sort(alone);
            Arrays.sort(cpu);
            System.out.printf(
                    Locale.ROOT,
                    "%,d pictures, %d threads, %s: bare %.1f a second; eval / bare: median %.3f, %.3f to %.3f of %d"
                            + " rounds; processor time bare / eval, labels included: median %.3f, %.3f to %.3f%n",
                    images.count(),
                    options.threads(),
                    clip.kernels(),
                    alone[rounds / 2],
                    ratios[rounds / 2],
                    ratios[0],
                    ratios[rounds - 1],
                    rounds,
                    cpu[rounds / 2],
                    cpu[0],
                    cpu[rounds - 1]);
        }
    }

    private static void bare(Clip clip, LabelledImages images) throws IOException {
        ImageDecoder decoder = ImageDecoder.standard();
        List<PixelTensor> batch = new ArrayList<>();
        for (LabelledImage image : images) {
            batch.add(decoder.decodePixels(image.file(), clip.preprocessor(), Runnable::run));
            if (batch.size() == BATCH) {
                clip.encodePixels(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            clip.encodePixels(batch);
        }
    }

    private static double seconds(Work work) throws IOException, InterruptedException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
