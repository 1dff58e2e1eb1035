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
 * Measures the job against the engine alone, in turns, after a warm-up of each. The engine does what {@code clip embed} does; the
 * job also lists, shuffles paths, hashes, and writes and commits Parquet. Lines go to a file:
 * {@code what,cores,pictures,seconds}, with {@code engine} or Spark's master for what.
 *
 * <p>Arguments: model, number of pictures, rounds, cores, file of results, folder to work in. With a cluster for a master the engine is left out.
 */
final class ThroughputTrial {
    private static final int BATCH = 8;

    private ThroughputTrial() {}

    public static void main(String[] args) throws Exception {
        Path model = Path.of(args[0]);
        int count = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        int cores = Integer.parseInt(args[3]);
        Path results = Path.of(args[4]);
        Path folder = Path.of(args[5]);
        Path pictures = folder.resolve("pictures-" + count);
        if (!Files.exists(pictures)) {
            PictureSet.write(pictures, count);
        }
        List<Path> files = new ArrayList<>();
        try (var all = Files.walk(pictures)) {
            all.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
        PrintStream out = new PrintStream(
                Files.newOutputStream(results, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8);
        SparkSession spark = SparkSession.builder().getOrCreate();
        String master = spark.sparkContext().master();
        boolean alone = !master.startsWith("local[");
        PictureEmbedder embedder = new PictureEmbedder(ModelFile.shared(model), Labels.NONE);
        ClipOptions options = ClipOptions.defaults().withThreads(cores).withTowers(Set.of(Tower.IMAGE));
        try (Clip clip = Clip.open(model, options)) {
            for (int round = 0; round <= rounds; round++) {
                double engine = alone ? 0 : seconds(() -> engine(clip, files, cores));
                Path output = folder.resolve("output-" + System.nanoTime());
                double job = seconds(() -> job(spark, embedder, pictures, output, count / (4 * cores)));
                if (round > 0) { // the first warms up
                    if (!alone) {
                        out.printf(Locale.ROOT, "engine,%d,%d,%.3f%n", cores, count, engine);
                    }
                    out.printf(Locale.ROOT, "\"%s\",%d,%d,%.3f%n", master, cores, count, job);
                }
            }
        }
        spark.stop();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static double seconds(Work work) throws IOException, InterruptedException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void job(SparkSession spark, PictureEmbedder embedder, Path pictures, Path output, int perTask)
            throws IOException {
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
                files.stream().map(ImageSource::of).iterator(), ImageDecoder.imageIo(), cores, BATCH)) {
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
