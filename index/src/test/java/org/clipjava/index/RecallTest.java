package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.clipjava.Embedding;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureIndex.Hit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of the ten nearest pictures the graph finds nearly all that a comparison with every picture finds. */
class RecallTest {
    private static final int QUERIES = 100;
    private static final int NEAREST = 10;

    @TempDir
    Path folder;

    @Tag("thorough")
    @Test
    void findsNearlyAllOfTheTenNearest() throws IOException {
        assertTrue(measure(21_000, 24, IndexOptions.defaults()) >= 0.99);
    }

    /** {@code -Dclip.index.vectors=1000000 -Dclip.index.dimension=512} for more. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsThemAmongMany(boolean quantised) throws IOException {
        int vectors = Integer.getInteger("clip.index.vectors", 100_000);
        int dimension = Integer.getInteger("clip.index.dimension", 192);
        assertTrue(measure(vectors, dimension, IndexOptions.defaults().withQuantised(quantised)) >= 0.99);
    }

    private double measure(int vectors, int dimension, IndexOptions options) throws IOException {
        SyntheticPictures pictures = new SyntheticPictures(dimension);
        IndexModel model = new IndexModel("fingerprint", dimension, "model");
        long start = System.nanoTime();
        try (PictureIndex index = PictureIndex.open(folder, model, options)) {
            for (int i = 0; i < vectors; i++) {
                index.put(pictures.picture(i, 1));
            }
            index.settle();
        }
        double indexing = seconds(start);
        try (PictureIndex index = PictureIndex.read(folder)) {
            assertEquals(vectors, index.count());
            double[] fast = new double[QUERIES];
            double[] exact = new double[QUERIES];
            int found = 0;
            for (int query = 0; query < QUERIES; query++) {
                Embedding direction = direction(pictures, query * (vectors / QUERIES));
                long begun = System.nanoTime();
                List<Hit> near = index.similar(direction, PictureFilter.NONE, NEAREST, Effort.FAST);
                fast[query] = seconds(begun);
                begun = System.nanoTime();
                List<Hit> nearest = index.similar(direction, PictureFilter.NONE, NEAREST, Effort.EXACT);
                exact[query] = seconds(begun);
                Set<Hit> right = new HashSet<>(nearest);
                found += (int) near.stream().filter(right::contains).count();
            }
            Arrays.sort(fast);
            Arrays.sort(exact);
            double recall = (double) found / (QUERIES * NEAREST);
            System.getLogger(RecallTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "%,d vectors of %d%s: recall@10 %.4f; indexed in %.1f s, %.1f MB; a query by the graph %.2f ms, exact %.2f ms (medians)"
                                    .formatted(
                                            vectors,
                                            dimension,
                                            options.quantised() ? ", 7 bits" : "",
                                            recall,
                                            indexing,
                                            size() / 1e6,
                                            1e3 * fast[QUERIES / 2],
                                            1e3 * exact[QUERIES / 2]));
            return recall;
        }
    }

    /** Between two pictures of one cluster. */
    private static Embedding direction(SyntheticPictures pictures, int number) {
        float[] sum = pictures.embedding(number).toArray();
        float[] other = pictures.embedding(number + 1).toArray();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
        return Embedding.of(sum);
    }

    private long size() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.forEach(files::add);
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
