package org.clipjava.spark;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.clipjava.Embedding;

/**
 * Searches vectors that {@code spark/check/search.py} makes too, and compares all of with NumPy.
 *
 * <p>Arguments: rows, queries, components, k, a folder to work in. Writes the rows to {@code embeddings} there, unless they are there
 * already, and what it found to {@code found.csv}: query, rank, row, cosine.
 */
final class SearchTrial {
    private static final int ROWS_OF_A_FILE = 50_000;

    private SearchTrial() {}

    /** Writes a table of the vectors of these rows: path, which is the row's number, and embedding. */
    static void write(Dataset<Long> rows, int components, String table) {
        MapFunction<Long, EmbeddedPath> made = row -> {
            EmbeddedPath one = new EmbeddedPath();
            one.setPath(Long.toString(row));
            one.setEmbedding(vector(row, components));
            return one;
        };
        rows.map(made, Encoders.bean(EmbeddedPath.class)).write().parquet(table);
    }

    public static void main(String[] args) throws Exception {
        long rows = Long.parseLong(args[0]);
        int queries = Integer.parseInt(args[1]);
        int components = Integer.parseInt(args[2]);
        int k = Integer.parseInt(args[3]);
        Path folder = Path.of(args[4]);
        SparkSession spark = SparkSession.builder()
                .config("spark.sql.parquet.compression.codec", "none")
                .config("parquet.enable.dictionary", "false")
                .getOrCreate();
        String embeddings = folder.resolve("embeddings").toString();
        if (!Files.exists(folder.resolve("embeddings/_SUCCESS"))) {
            write(spark.range(0, rows, 1, (int) Math.ceilDiv(rows, ROWS_OF_A_FILE)), components, embeddings);
        }
        List<EmbeddingSearch.Query> wanted = new ArrayList<>();
        for (int query = 0; query < queries; query++) {
            wanted.add(
                    new EmbeddingSearch.Query(Integer.toString(query), Embedding.of(vector(rows + query, components))));
        }
        Dataset<Row> table = spark.read().parquet(embeddings);
        long start = System.nanoTime();
        List<Row> found = EmbeddingSearch.nearest(table, wanted, k).collectAsList();
        double seconds = (System.nanoTime() - start) / 1e9;
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(folder.resolve("found.csv")), false, StandardCharsets.UTF_8)) {
            for (Row row : found) {
                out.printf(
                        Locale.ROOT,
                        "%s,%d,%s,%.9g%n",
                        row.getString(0),
                        row.getInt(1),
                        row.getString(2),
                        row.getFloat(3));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d queries over %d vectors of %d components: %.1f s, %.1f GFLOP/s%n",
                queries,
                rows,
                components,
                seconds,
                2.0 * rows * queries * components / seconds / 1e9);
        spark.stop();
    }

    /** Numbers that need no file: of length 1, and the same in NumPy but for the last bit. */
    private static float[] vector(long row, int components) {
        float[] values = new float[components];
        for (int i = 0; i < components; i++) {
            long hash = (row * components + i) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
            hash *= 0xD6E8FEB86659FD93L;
            hash ^= hash >>> 32;
            values[i] = (hash & 0xFFFFFF) / (float) (1 << 23) - 1;
        }
        return Embedding.of(values).normalized().toArray();
    }
}
