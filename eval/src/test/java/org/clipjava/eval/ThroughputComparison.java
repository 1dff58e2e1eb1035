package org.clipjava.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;

/**
 * Holds an evaluation's throughput against that of a loop over the engine alone: decode, preprocess and encode the same pictures, 32
 * at a time, with as many threads. The two take turns.
 *
 * <pre>{@code java --add-modules jdk.incubator.vector -cp ... org.clipjava.eval.ThroughputComparison MODEL DIR [ROUNDS]}</pre>
 */
final class ThroughputComparison {
    private static final int BATCH = 32;

    private ThroughputComparison() {}

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    public static void main(String... args) throws IOException, InterruptedException {
        LabelledImages images = LabelledImages.of(Path.of(args[1]), LabelMap.identity());
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        ClipOptions options = ClipOptions.defaults();
        try (Clip clip = Clip.open(Path.of(args[0]), options)) {
            EmbeddingPass pass =
                    new EmbeddingPass(clip, ImageDecoder.imageIo(), options.threads(), BATCH, Optional.empty());
            List<TemplateSet> sets = List.of(TemplateSet.builtIn("article").orElseThrow());
            double[] ratios = new double[rounds];
            double[] alone = new double[rounds];
            for (int round = -1; round < rounds; round++) { // the first warms up
                double labels = seconds(() -> org.clipjava.ZeroShotClassifier.of(
                        clip, images.labels(), sets.getFirst().templates()));
                double bare = seconds(() -> bare(clip, images));
                double eval = seconds(() -> Evaluation.run(pass, images, sets, done -> {}));
                if (round >= 0) {
                    alone[round] = images.count() / bare;
                    ratios[round] = bare / (eval - labels);
                }
            }
            Arrays.sort(ratios);
            Arrays.sort(alone);
            System.out.printf(
                    Locale.ROOT,
                    "%,d pictures, %d threads, %s: bare %.1f a second; eval / bare: median %.3f, %.3f to %.3f of %d rounds%n",
                    images.count(),
                    options.threads(),
                    clip.kernels(),
                    alone[rounds / 2],
                    ratios[rounds / 2],
                    ratios[0],
                    ratios[rounds - 1],
                    rounds);
        }
    }

    private static void bare(Clip clip, LabelledImages images) throws IOException {
        ImageDecoder decoder = ImageDecoder.imageIo();
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
