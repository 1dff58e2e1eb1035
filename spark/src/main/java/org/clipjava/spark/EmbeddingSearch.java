package org.clipjava.spark;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.clipjava.Embedding;

/**
 * Finds what is near among embeddings, exactly: every row is multiplied with every query, in one pass over the rows.
 *
 * <p>Rows are those of {@link PictureEmbedder#embed}, or any with a column {@code path} and a column {@code embedding}, array of E floats;
 * rows without an embedding are passed over. Where cosines are equal, the path that comes first is the nearer. So a result is the same
 * however the rows lie in files and tasks, and if a task is done again.
 */
public final class EmbeddingSearch {
    /** The column of a query's name. */
    public static final String QUERY = "query";

    /** The column that tells the nearest, 1, from the second, and so on. */
    public static final String RANK = "rank";

    /** The column of the cosine of query and row, a float. */
    public static final String COSINE = "cosine";

    /** The column of the other path of a pair. */
    public static final String OTHER = "other";

    private static final String NUMBER = "number";

    private EmbeddingSearch() {}

    /**
     * What is looked for.
     *
     * @param name of any kind; need not be the only one of that name
     * @param direction [E], of any length but zero
     */
    public record Query(String name, Embedding direction) {}

    /**
     * The nearest rows of each query: {@code query}, {@code rank}, {@code path}, {@code cosine}; queries in their order, ranks from 1 on.
     *
     * @param embeddings of whatever number of rows
     * @param queries thousands are as well as one; all are sent to each executor, 4 E bytes each
     * @param k most rows for a query
     */
    public static Dataset<Row> nearest(Dataset<Row> embeddings, List<Query> queries, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("expected at least one neighbour to look for, found " + k);
        }
        SparkSession spark = embeddings.sparkSession();
        StructType found = new StructType()
                .add(NUMBER, DataTypes.IntegerType)
                .add(PictureEmbedder.PATH, DataTypes.StringType)
                .add(COSINE, DataTypes.FloatType);
        Encoder<Row> encoder = Encoders.row(found);
        Broadcast<Directions> directions = broadcast(spark, queries);
        MapPartitionsFunction<EmbeddedPath, Row> ofTask = rows -> bestOf(rows, directions.value(), k);
        MapPartitionsFunction<Row, Row> merged = rows -> best(rows, k);
        List<String> names = queries.stream().map(Query::name).toList();
        Broadcast<List<String>> sentNames = context(spark).broadcast(List.copyOf(names));
        StructType named = new StructType()
                .add(NUMBER, DataTypes.IntegerType)
                .add(QUERY, DataTypes.StringType)
                .add(RANK, DataTypes.IntegerType)
                .add(PictureEmbedder.PATH, DataTypes.StringType)
                .add(COSINE, DataTypes.FloatType);
        MapPartitionsFunction<Row, Row> ranked = rows -> ranked(rows, sentNames.value());
        return rows(embeddings)
                .mapPartitions(ofTask, encoder)
                .repartition(col(NUMBER))
                .mapPartitions(merged, encoder)
                .mapPartitions(ranked, Encoders.row(named))
                .orderBy(NUMBER, RANK)
                .drop(NUMBER);
    }

    /**
     * Pairs of rows that are near: {@code path}, {@code other}, {@code cosine}, with a path that comes before the other. Each pair is there
     * once. The rows of the block are compared with all rows that do not come before them, in one pass; blocks that together hold every
     * row, in the order of their paths, give every pair.
     *
     * @param block rows by path, in ascending order; all are sent to each executor, 4 E bytes each
     * @param least the cosine of the farthest pair
     */
    public static Dataset<Row> near(Dataset<Row> embeddings, List<Query> block, double least) {
        if (!(least >= -1 && least <= 1)) {
            throw new IllegalArgumentException("expected a cosine of -1 to 1, found " + least);
        }
        StructType pairs = new StructType()
                .add(PictureEmbedder.PATH, DataTypes.StringType)
                .add(OTHER, DataTypes.StringType)
                .add(COSINE, DataTypes.FloatType);
        Broadcast<Directions> directions = broadcast(embeddings.sparkSession(), block);
        MapPartitionsFunction<EmbeddedPath, Row> near = rows -> new Pairs(rows, directions.value(), (float) least);
        return rows(embeddings.where(
                        col(PictureEmbedder.PATH).geq(block.getFirst().name())))
                .mapPartitions(near, Encoders.row(pairs));
    }

    private static JavaSparkContext context(SparkSession spark) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext());
    }

    private static Broadcast<Directions> broadcast(SparkSession spark, List<Query> queries) {
        return context(spark).broadcast(Directions.of(queries));
    }

    /** The rows that have an embedding. */
    static Dataset<EmbeddedPath> rows(Dataset<Row> embeddings) {
        return embeddings
                .where(col(PictureEmbedder.EMBEDDING)
                        .isNotNull()
                        .and(col(PictureEmbedder.PATH).isNotNull()))
                .select(
                        col(PictureEmbedder.PATH),
                        col(PictureEmbedder.EMBEDDING).cast("array<float>"))
                .as(Encoders.bean(EmbeddedPath.class));
    }

    private static Iterator<Row> bestOf(Iterator<EmbeddedPath> rows, Directions directions, int k) {
        SortedMap<Integer, Neighbours> neighbours = new TreeMap<>();
        List<Neighbours> ofQuery = new ArrayList<>();
        for (int query = 0; query < directions.count(); query++) {
            ofQuery.add(new Neighbours(k));
            neighbours.put(query, ofQuery.getLast());
        }
        float[] cosines = new float[directions.count()];
        Cosines blocks = new Cosines(directions);
        while (rows.hasNext()) {
            List<String> paths = blocks.next(rows);
            for (int row = 0; row < paths.size(); row++) {
                blocks.read(row, cosines);
                for (int query = 0; query < cosines.length; query++) {
                    ofQuery.get(query).offer(paths.get(row), cosines[query]);
                }
            }
        }
        return all(neighbours);
    }

    private static Iterator<Row> best(Iterator<Row> found, int k) {
        SortedMap<Integer, Neighbours> neighbours = new TreeMap<>();
        while (found.hasNext()) {
            Row row = found.next();
            neighbours
                    .computeIfAbsent(row.getInt(0), query -> new Neighbours(k))
                    .offer(row.getString(1), row.getFloat(2));
        }
        return all(neighbours);
    }

    /** The number of the query, path and cosine, query by query and the nearest first. */
    private static Iterator<Row> all(SortedMap<Integer, Neighbours> neighbours) {
        return neighbours.entrySet().stream()
                .flatMap(ofQuery -> ofQuery.getValue().nearestFirst().stream()
                        .map(one -> RowFactory.create(ofQuery.getKey(), one.path(), one.cosine())))
                .iterator();
    }

    /** Numbers those of each query, which lie together. */
    private static Iterator<Row> ranked(Iterator<Row> rows, List<String> names) {
        return new Iterator<>() {
            private int query = -1;
            private int rank;

            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                Row row = rows.next();
                rank = row.getInt(0) == query ? rank + 1 : 1;
                query = row.getInt(0);
                return RowFactory.create(query, names.get(query), rank, row.getString(1), row.getFloat(2));
            }
        };
    }

    /** The pairs of a task, row by row. */
    private static final class Pairs implements Iterator<Row> {
        private final Iterator<EmbeddedPath> rows;
        private final Directions block;
        private final Cosines cosines;
        private final float least;
        private final List<Row> ready = new ArrayList<>();
        private int at;

        Pairs(Iterator<EmbeddedPath> rows, Directions block, float least) {
            this.rows = rows;
            this.block = block;
            this.cosines = new Cosines(block);
            this.least = least;
        }

        @Override
        public boolean hasNext() {
            while (at == ready.size() && rows.hasNext()) {
                ready.clear();
                at = 0;
                compare();
            }
            return at < ready.size();
        }

        private void compare() {
            List<String> paths = cosines.next(rows);
            float[] ofRow = new float[block.count()];
            for (int row = 0; row < paths.size(); row++) {
                cosines.read(row, ofRow);
                for (int i = 0; i < ofRow.length; i++) {
                    if (ofRow[i] >= least && Neighbours.compare(block.name(i), paths.get(row)) < 0) {
                        ready.add(RowFactory.create(block.name(i), paths.get(row), ofRow[i]));
                    }
                }
            }
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.get(at++);
        }
    }
}
