package org.clipjava.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.clipjava.Embedding;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search against one that compares everything in doubles. */
class EmbeddingSearchTest {
    private static final int DIMENSION = 33;
    private static final int ROWS = 700;
    private static final int QUERIES = 40;

    private static SparkSession spark;
    private static List<float[]> vectors;

    @BeforeAll
    static void startsSpark() {
        spark = LocalSpark.session();
        Random random = new Random(7);
        vectors = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            // every tenth is the one before it, so that there are ties
            vectors.add(i % 10 == 9 ? vectors.getLast() : unit(random));
        }
    }

    private static float[] unit(Random random) {
        float[] values = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Embedding.of(values).normalized().toArray();
    }

    /** Code points and chars are in another order in this name. */
    private static String path(int row) {
        return (row % 3 == 0 ? "file:/\uff5e" : row % 3 == 1 ? "file:/\ud83d\ude00" : "file:/") + row + ".jpg";
    }

    private static Dataset<Row> table(int partitions) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(row(path(i), vectors.get(i)));
        }
        rows.add(RowFactory.create("file:/broken.jpg", null));
        Collections.shuffle(rows, new Random(partitions));
        return table(rows).repartition(partitions);
    }

    private static Row row(String path, float[] vector) {
        List<Float> boxed = new ArrayList<>();
        for (float value : vector) {
            boxed.add(value);
        }
        return RowFactory.create(path, boxed);
    }

    private static Dataset<Row> table(List<Row> rows) {
        return spark.createDataFrame(
                rows,
                new StructType()
                        .add("path", DataTypes.StringType)
                        .add("embedding", DataTypes.createArrayType(DataTypes.FloatType)));
    }

    private static List<EmbeddingSearch.Query> queries() {
        Random random = new Random(8);
        List<EmbeddingSearch.Query> queries = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            // of any length, and the last is a row
            float[] values = i == QUERIES - 1 ? vectors.get(9) : unit(random);
            float[] longer = values.clone();
            for (int j = 0; j < DIMENSION; j++) {
                longer[j] *= 1 + i;
            }
            queries.add(new EmbeddingSearch.Query("query " + i, Embedding.of(longer)));
        }
        return queries;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    private static List<String> bruteForce(EmbeddingSearch.Query query, int k) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(i);
        }
        rows.sort(Comparator.comparingDouble((Integer row) ->
                        -cosine(vectors.get(row), query.direction().toArray()))
                .thenComparing(row -> path(row), (a, b) -> {
                    int[] first = a.codePoints().toArray();
                    int[] second = b.codePoints().toArray();
                    return Arrays.compare(first, second);
                }));
        return rows.subList(0, k).stream().map(row -> path(row)).toList();
    }

    @Test
    void findsWhatComparingEverythingFindsHoweverTheRowsLie() {
        List<EmbeddingSearch.Query> queries = queries();
        List<Row> one = EmbeddingSearch.nearest(table(1), queries, 9).collectAsList();
        assertEquals(9 * QUERIES, one.size());
        for (int i = 0; i < one.size(); i++) {
            Row row = one.get(i);
            EmbeddingSearch.Query query = queries.get(i / 9);
            assertEquals(query.name(), row.getAs("query"));
            assertEquals(i % 9 + 1, (int) row.getAs("rank"));
            if (i % 9 == 0) {
                assertEquals(
                        bruteForce(query, 9),
                        one.subList(i, i + 9).stream()
                                .map(each -> each.<String>getAs("path"))
                                .toList());
            }
        }
        assertEquals(one, EmbeddingSearch.nearest(table(7), queries, 9).collectAsList());
    }

    @Test
    void givesAllRowsWhereMoreAreAskedFor() {
        List<Row> rows =
                EmbeddingSearch.nearest(table(3), queries().subList(0, 2), 5000).collectAsList();
        assertEquals(2 * ROWS, rows.size());
    }

    @Test
    void pairsOfAllBlocksAreThosePairsThatAreNear() {
        Dataset<Row> table = table(4);
        double least = 0.6;
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < ROWS; j++) {
                if (Neighbours.compare(path(i), path(j)) < 0 && cosine(vectors.get(i), vectors.get(j)) >= least) {
                    expected.add(path(i) + " " + path(j));
                }
            }
        }
        List<EmbeddingSearch.Query> rows = new ArrayList<>();
        TreeMap<String, float[]> sorted = new TreeMap<>(Neighbours::compare);
        for (int i = 0; i < ROWS; i++) {
            sorted.put(path(i), vectors.get(i));
        }
        sorted.forEach((path, vector) -> rows.add(new EmbeddingSearch.Query(path, Embedding.of(vector))));
        List<String> found = new ArrayList<>();
        for (int from = 0; from < ROWS; from += 300) {
            for (Row pair : EmbeddingSearch.near(table, rows.subList(from, Math.min(ROWS, from + 300)), least)
                    .collectAsList()) {
                found.add(pair.getString(0) + " " + pair.getString(1));
            }
        }
        Collections.sort(expected);
        Collections.sort(found);
        assertTrue(expected.size() >= ROWS / 10, expected.size() + " pairs");
        assertEquals(expected, found);
    }

    @Test
    void isATableOfSql() {
        table(3).createOrReplaceTempView("pictures_to_search");
        List<EmbeddingSearch.Query> queries = queries().subList(0, 3);
        table(queries.stream()
                        .map(query -> row(query.name(), query.direction().toArray()))
                        .toList())
                .withColumnRenamed("path", "query")
                .createOrReplaceTempView("wanted");
        List<Row> rows = spark.sql("SELECT query, path FROM clip_nearest('pictures_to_search', 'wanted', 4)"
                        + " WHERE rank = 2 ORDER BY query")
                .collectAsList();
        assertEquals(3, rows.size());
        for (int i = 0; i < 3; i++) {
            assertEquals(bruteForce(queries.get(i), 2).get(1), rows.get(i).getString(1));
        }
    }

    @Test
    void refusesWhatCantBeCompared() {
        List<EmbeddingSearch.Query> queries = queries();
        assertThrows(IllegalArgumentException.class, () -> EmbeddingSearch.nearest(table(1), List.of(), 1));
        assertThrows(IllegalArgumentException.class, () -> EmbeddingSearch.nearest(table(1), queries, 0));
        assertThrows(IllegalArgumentException.class, () -> EmbeddingSearch.near(table(1), queries, 1.5));
        List<EmbeddingSearch.Query> other =
                List.of(new EmbeddingSearch.Query("wide", Embedding.of(new float[] {1, 0, 0})));
        Exception failure = assertThrows(
                Exception.class,
                () -> EmbeddingSearch.nearest(table(1), other, 1).collectAsList());
        assertTrue(
                String.valueOf(failure.getMessage()).contains("expected an embedding of 3 components")
                        || String.valueOf(failure.getCause()).contains("expected an embedding of 3 components"),
                failure.toString());
        Exception sql = assertThrows(
                Exception.class,
                () -> spark.sql("SELECT * FROM clip_nearest('x')").collectAsList());
        assertTrue(String.valueOf(sql.getMessage()).contains("clip_nearest("), sql.toString());
    }

    @Tag("thorough")
    @Test
    void searchesWhatTheJobWroteFromTheCommandLine(@TempDir Path folder) throws Exception {
        String embeddings = folder.resolve("embeddings").toString();
        PictureEmbedder embedder = new PictureEmbedder(PlacedModel.shared(LocalSpark.model()), Labels.NONE);
        List<String> pictures =
                LocalSpark.readable().stream().map(Path::toString).toList();
        new EmbeddingJob(new Pictures.Files(pictures), embedder, embeddings, new RoundSize(2, 3), false).run(spark);
        Path texts = Files.writeString(folder.resolve("texts.txt"), "a snail\na cup of coffee\n");
        String found = folder.resolve("found").toString();
        assertEquals(
                "clip-spark: 2 queries; in " + found + "\n",
                run(
                        0,
                        "search",
                        "--embeddings",
                        embeddings,
                        "--texts",
                        texts.toString(),
                        "--model",
                        LocalSpark.model().toString(),
                        "-k",
                        "2",
                        "-o",
                        found));
        List<Row> rows = spark.read().parquet(found).collectAsList();
        assertEquals(4, rows.size());
        assertEquals("a snail", rows.getFirst().getAs("query"));
        assertTrue(rows.getFirst().<String>getAs("path").endsWith("snail.png"), rows.toString());

        String pairs = folder.resolve("pairs").toString();
        run(0, "pairs", "--embeddings", embeddings, "--min-cosine", "-1", "--block", "2", "-o", pairs);
        assertEquals(10, spark.read().parquet(pairs).count());
        assertTrue(run(2, "pairs", "--embeddings", embeddings, "-o", pairs).contains("is there already"));
        assertTrue(run(2, "search", "--embeddings", embeddings, "--texts", texts.toString(), "-o", found + "2")
                .contains("expected --model"));
        String wide = folder.resolve("wide").toString();
        table(List.of(row("wide", new float[] {1, 0}))).write().parquet(wide);
        assertTrue(run(70, "search", "--embeddings", embeddings, "--queries", wide, "-o", found + "3")
                .startsWith("clip-spark: "));
    }

    private static String run(int expected, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(err, true, StandardCharsets.UTF_8);
        int code = EmbedPictures.run(arguments, printed, printed, session -> {});
        assertEquals(expected, code, err.toString(StandardCharsets.UTF_8));
        return err.toString(StandardCharsets.UTF_8);
    }
}
