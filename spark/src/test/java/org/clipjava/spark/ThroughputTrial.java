package org.clipjava.spark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.ImagePipeline;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.ImageSource;
import org.clipjava.Tower;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;

/**
 * Measures the job against the engine alone, after a warm-up of each. The engine does what {@code clip embed} does; the job also
 * lists, shuffles paths, hashes, and writes and commits Parquet. Lines go to a file: {@code what,cores,pictures,seconds}, with
 * {@code engine} or Spark's master for what.
 *
 * <p>Arguments: model, number of pictures, cores, file of results, folder to work in, how many pairs, and {@code pair}, or {@code
 * job} for the job alone on a cluster. The first pair warms up. Where other programs have to be held up for it, {@code -Dclip.trial.go=FILE}
 * makes each pair wait for that file, and delete it when it is done.
 */
final class ThroughputTrial {
    private static final int BATCH = 8;
    /** Enough that the last task alone is a small share of a run. */
    private static final int TASKS_PER_CORE = 10;

    private static final Path GO = Path.of(System.getProperty("clip.trial.go", ""));

    private ThroughputTrial() {}

    public static void main(String[] args) throws Exception {
        Path model = Path.of(args[0]);
        int count = Integer.parseInt(args[1]);
        int cores = Integer.parseInt(args[2]);
        Path results = Path.of(args[3]);
        Path folder = Path.of(args[4]);
        int pairs = Integer.parseInt(args[5]);
        boolean alone = args[6].equals("job");
        Path source = pictures(folder, count);
        SparkSession spark = SparkSession.builder().getOrCreate();
        PictureEmbedder embedder = new PictureEmbedder(PlacedModel.shared(model), Labels.NONE);
        ClipOptions options = ClipOptions.defaults().withThreads(cores).withTowers(Set.of(Tower.IMAGE));
        try (Clip clip = Clip.open(model, options);
                PrintStream out = new PrintStream(
                        Files.newOutputStream(results, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        true,
                        StandardCharsets.UTF_8)) {
            for (int pair = 0; pair <= pairs; pair++) {
                waitForGo(pair);
                // each is first as often as the other
                for (boolean engine : pair % 2 == 0 ? new boolean[] {true, false} : new boolean[] {false, true}) {
                    if (engine && alone) {
                        continue;
                    }
                    double seconds = engine
                            ? seconds(() -> engine(clip, files(source), cores))
                            : seconds(() -> job(spark, embedder, source, count / (TASKS_PER_CORE * cores)));
                    if (pair > 0) {
                        String what = engine ? "engine" : spark.sparkContext().master();
                        out.printf(Locale.ROOT, "%s,%d,%d,%.3f%n", what, cores, count, seconds);
                    }
                }
                if (!GO.toString().isEmpty()) {
                    Files.deleteIfExists(GO);
                }
            }
        }
        spark.stop();
    }

    private static void waitForGo(int pair) throws InterruptedException {
        while (pair > 0 && !GO.toString().isEmpty() && !Files.exists(GO)) {
            Thread.sleep(100);
        }
    }

    private static Path pictures(Path folder, int count) throws IOException {
        Path pictures = folder.resolve("pictures-" + count);
        if (!Files.exists(pictures)) {
            PictureSet.write(pictures, count);
        }
        return pictures;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static double seconds(Work work) throws IOException, InterruptedException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void job(SparkSession spark, PictureEmbedder embedder, Path pictures, int perTask)
            throws IOException {
        Path output = pictures.resolveSibling("embeddings-" + System.nanoTime());
        new EmbeddingJob(
                        new Pictures.Files(List.of(pictures.toString())),
                        embedder,
                        output.toString(),
                        new RoundSize(perTask, Integer.MAX_VALUE),
                        false)
                .run(spark);
    }

    /** As the command does it: the next pictures are decoded while a batch is encoded. */
    private static void engine(Clip clip, List<Path> files, int cores) throws InterruptedException {
        try (ImagePipeline<ImageSource> pipeline = ImagePipeline.start(
                files.stream().map(ImageSource::of).iterator(), ImageDecoder.standard(), cores, BATCH)) {
            pipeline.preprocessWith(clip.preprocessor());
            for (List<Prepared<ImageSource>> batch = pipeline.next(); !batch.isEmpty(); batch = pipeline.next()) {
                List<PixelTensor> pixels = new ArrayList<>();
                for (Prepared<ImageSource> picture : batch) {
                    if (picture instanceof Prepared.Pixels<ImageSource> readable) {
                        pixels.add(readable.tensor());
                    }
                }
                if (!pixels.isEmpty()) {
                    clip.encodePixels(pixels).forEach(embedding -> embedding.normalized());
                }
            }
        }
    }
}
