package org.clipjava.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.index.BrokenPicture;
import org.clipjava.index.FileStamp;
import org.clipjava.index.IndexModel;
import org.clipjava.index.IndexOptions;
import org.clipjava.index.IndexUpdate;
import org.clipjava.index.IndexedPicture;
import org.clipjava.index.NewPicture;
import org.clipjava.index.PictureFilter;
import org.clipjava.index.PictureIndex;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureIndex.Hit;
import org.clipjava.index.Shot;
import org.clipjava.measure.Sample;

/** The command {@code search}: how searches grow with the vectors of an index. */
final class SearchGrowth {
    private static final int NEAREST = 10;
    private static final int IN_A_CLUSTER = 50;
    private static final double SPREAD = 0.6;
    private static final int WARM_UP = 20;
    private static final int FILES_OF_A_FOLDER = 1000;
    private static final double MILLIS = 1000;
    private static final double MEGABYTES = 1e6;

    private final SearchOptions options;
    private final PrintStream out;

    SearchGrowth(SearchOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /**
     * What was measured on one index.
     *
     * @param heap bytes that searching took, at most, after a collection
     */
    private record Measured(
            int vectors, double indexing, long bytes, long heap, double recall, Sample graph, Sample exact) {}

    void run() throws IOException, InterruptedException {
        Environment environment = Environment.current();
        out.print(environment.toText());
        List<Measured> all = new ArrayList<>();
        for (int thousands : options.thousands()) {
            Measured measured = inAFolder(folder -> measure(folder, 1000 * thousands));
            out.printf(
                    "%,9d vectors: recall@10 %.4f; graph %.2f ms, exact %.2f ms; indexed in %.1f s; %.1f MB on disk, %.1f MB of"
                            + " heap%n",
                    measured.vectors,
                    measured.recall,
                    measured.graph.median() * MILLIS,
                    measured.exact.median() * MILLIS,
                    measured.indexing,
                    measured.bytes / MEGABYTES,
                    measured.heap / MEGABYTES);
            all.add(measured);
        }
        JsonObject root = new JsonObject();
        root.add("environment", environment.toJson());
        root.add("searches", json(all));
        if (options.unchanged().isPresent()) {
            SearchOptions.Unchanged unchanged = options.unchanged().get();
            double seconds = inAFolder(folder -> secondRun(folder, unchanged));
            out.printf("a second run over %,d unchanged files: %.2f s%n", unchanged.files(), seconds);
            root.addProperty("unchanged_files", unchanged.files());
            root.addProperty("second_run_seconds", seconds);
        }
        List<String> notes = new ArrayList<>(List.of(
                "Vectors of " + options.components() + " components in clusters of " + IN_A_CLUSTER
                        + (options.quantised() ? ", 7 bits in the graph" : "")
                        + "; one thread. Below 20,000 all are compared.",
                environment.processor() + ", " + environment.java() + ", commit " + environment.commit(),
                "Dots are medians of " + options.repetitions()
                        + " queries, bars their 95 % intervals; the dashed line is growth in proportion."));
        if (environment.busy()) {
            notes.add("Other programs were running.");
        }
        Files.writeString(options.svg(), new GrowthPlot(panels(all), notes).toSvg());
        if (options.json().isPresent()) {
            Files.writeString(
                    options.json().get(),
                    new GsonBuilder().setPrettyPrinting().create().toJson(root) + "\n");
        }
    }

    private static List<Growth.Panel> panels(List<Measured> all) {
        List<Growth.Point> graph = new ArrayList<>();
        List<Growth.Point> exact = new ArrayList<>();
        List<Growth.Point> indexing = new ArrayList<>();
        for (Measured one : all) {
            graph.add(new Growth.Point(one.vectors, one.graph.map(seconds -> seconds * MILLIS)));
            exact.add(new Growth.Point(one.vectors, one.exact.map(seconds -> seconds * MILLIS)));
            indexing.add(new Growth.Point(one.vectors, Sample.of(one.indexing * MILLIS)));
        }
        return List.of(
                new Growth.Panel(
                        "A query for the ten nearest",
                        "vectors",
                        false,
                        List.of(new Growth.Series("exact", exact), new Growth.Series("graph", graph))),
                new Growth.Panel("Putting all in", "vectors", false, List.of(new Growth.Series("index", indexing))));
    }

    private static JsonArray json(List<Measured> all) {
        JsonArray rows = new JsonArray();
        for (Measured one : all) {
            JsonObject row = new JsonObject();
            row.addProperty("vectors", one.vectors);
            row.addProperty("recall_at_10", one.recall);
            row.addProperty("graph_ms", one.graph.median() * MILLIS);
            row.addProperty("exact_ms", one.exact.median() * MILLIS);
            row.addProperty("indexing_s", one.indexing);
            row.addProperty("bytes", one.bytes);
            row.addProperty("heap_bytes", one.heap);
            rows.add(row);
        }
        return rows;
    }

    private interface Measuring<T> {
        T in(Path folder) throws IOException, InterruptedException;
    }

    private static <T> T inAFolder(Measuring<T> measuring) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("vectorbench-search");
        try {
            return measuring.in(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private Measured measure(Path folder, int vectors) throws IOException {
        IndexOptions kind = IndexOptions.defaults().withQuantised(options.quantised());
        long start = System.nanoTime();
        try (PictureIndex index =
                PictureIndex.open(folder, new IndexModel("synthetic", options.components(), "synthetic"), kind)) {
            for (int i = 0; i < vectors; i++) {
                Path file = folder.resolve(i + ".jpg").toAbsolutePath();
                index.put(new NewPicture(picture(new FileStamp(file, 1, 1), i), embedding(i), new byte[] {1}));
            }
            index.settle();
        }
        double indexing = seconds(start);
        long before = heap();
        try (PictureIndex index = PictureIndex.read(folder)) {
            double[] graph = new double[options.repetitions()];
            double[] exact = new double[options.repetitions()];
            int found = 0;
            for (int i = -WARM_UP; i < options.repetitions(); i++) {
                Embedding direction = between((int) ((long) Math.abs(i) * vectors / options.repetitions() % vectors));
                long begin = System.nanoTime();
                List<Hit> near = index.similar(direction, PictureFilter.NONE, NEAREST, Effort.FAST);
                double nearSeconds = seconds(begin);
                begin = System.nanoTime();
                List<Hit> nearest = index.similar(direction, PictureFilter.NONE, NEAREST, Effort.EXACT);
                double exactSeconds = seconds(begin);
                if (i >= 0) {
                    graph[i] = nearSeconds;
                    exact[i] = exactSeconds;
                    Set<Hit> right = new HashSet<>(nearest);
                    found += (int) near.stream().filter(right::contains).count();
                }
            }
            return new Measured(
                    vectors,
                    indexing,
                    size(folder),
                    Math.max(0, heap() - before),
                    (double) found / (NEAREST * options.repetitions()),
                    Sample.of(graph),
                    Sample.of(exact));
        }
    }

    /** A picture that is nowhere but in the index. */
    private static IndexedPicture picture(FileStamp stamp, int number) {
        // ids of files that are not there need be no more than different
        return new IndexedPicture(
                "%024x".formatted(number), stamp, "content " + number, 40, 30, number, Shot.UNKNOWN, List.of());
    }

    private Embedding embedding(int number) {
        Random centre = new Random(number / IN_A_CLUSTER * 7919L + 1);
        Random own = new Random(number * 104_729L + 2);
        float[] values = new float[options.components()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (centre.nextGaussian() + SPREAD * own.nextGaussian());
        }
        return Embedding.of(values);
    }

    /** Between two vectors of one cluster. */
    private Embedding between(int number) {
        float[] sum = embedding(number).toArray();
        float[] other =
                embedding(number % IN_A_CLUSTER == 0 ? number + 1 : number - 1).toArray();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
        return Embedding.of(sum);
    }

    /** Seconds of a run that finds everything as it was. */
    private static double secondRun(Path folder, SearchOptions.Unchanged unchanged)
            throws IOException, InterruptedException {
        Path pictures = folder.resolve("pictures");
        try (Clip clip = Clip.open(unchanged.model());
                PictureIndex index = PictureIndex.open(
                        folder.resolve("index"), IndexModel.of(clip, "model"), IndexOptions.defaults())) {
            IndexUpdate update = IndexUpdate.of(index, clip);
            for (int i = 0; i < unchanged.files(); i++) {
                Path file = pictures.resolve(i / FILES_OF_A_FOLDER + "/" + i + ".png");
                Files.createDirectories(file.getParent());
                // broken ones are looked at, and known, like any others, and need no encoding
                Files.write(file, Integer.toString(i).getBytes(StandardCharsets.UTF_8));
            }
            update.run(List.of(pictures), new Silent());
            long start = System.nanoTime();
            IndexUpdate.Summary summary = update.run(List.of(pictures), new Silent());
            double seconds = seconds(start);
            if (summary.unchanged() != unchanged.files()) {
                throw new IOException(
                        "expected " + unchanged.files() + " files to be unchanged, found " + summary.unchanged());
            }
            return seconds;
        }
    }

    private static final class Silent implements IndexUpdate.Listener {
        @Override
        public void found(int pictures) {}

        @Override
        public void done(int done, int quick) {}

        @Override
        public void remark(String line) {}

        @Override
        public void broken(BrokenPicture picture) {}
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> {
                        try {
                            return Files.size(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .sum();
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
