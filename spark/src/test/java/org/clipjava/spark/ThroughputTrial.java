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
 * <p>Arguments: model, number of pictures, cores, file of results, folder to work in, and which is first, {@code engine} or {@code
 * job}; {@code engine-alone} or {@code job-alone} for one of them.
 */
final class ThroughputTrial {
    private static final int BATCH = 8;
    private static final int WARM_UP = 60;

    /** Enough that the last task alone is a small share of a run. */
    private static final int TASKS_PER_CORE = 10;

    private ThroughputTrial() {}

    public static void main(String[] args) throws Exception {
        Path model = Path.of(args[0]);
        int count = Integer.parseInt(args[1]);
        int cores = Integer.parseInt(args[2]);
        Path results = Path.of(args[3]);
        Path folder = Path.of(args[4]);
        List<String> turns = switch (args[5]) {
            case "engine" -> List.of("engine", "job");
            case "job" -> List.of("job", "engine");
            case "engine-alone" -> List.of("engine");
            case "job-alone" -> List.of("job");
            default -> throw new IllegalArgumentException("expected what is to run, found " + args[5]);
        };
        SparkSession spark = SparkSession.builder().getOrCreate();
        PictureEmbedder embedder = new PictureEmbedder(ModelFile.shared(model), Labels.NONE);
        ClipOptions options = ClipOptions.defaults().withThreads(cores).withTowers(Set.of(Tower.IMAGE));
        try (Clip clip = Clip.open(model, options);
                PrintStream out = new PrintStream(
                        Files.newOutputStream(results, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        true,
                        StandardCharsets.UTF_8)) {
            for (int pictures : List.of(WARM_UP, count)) {
                Path source = pictures(folder, pictures);
                for (String turn : turns) {
                    boolean engine = turn.equals("engine");
                    double seconds = engine
                            ? seconds(() -> engine(clip, files(source), cores))
                            : seconds(() -> job(spark, embedder, source, pictures / (TASKS_PER_CORE * cores)));
                    if (pictures != WARM_UP) {
                        String what = engine ? "engine" : spark.sparkContext().master();
                        out.printf(Locale.ROOT, "%s,%d,%d,%.3f%n", what, cores, pictures, seconds);
                    }
                }
            }
        }
        spark.stop();
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
