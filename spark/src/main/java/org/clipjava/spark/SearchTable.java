package org.clipjava.spark;

import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.functions;
import org.clipjava.Embedding;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** {@code clip_nearest(embeddings, queries, k)}, a table: the names of two tables or views, and a number. */
final class SearchTable {
    static final String NAME = "clip_nearest";

    /** All are held on the driver. */
    private static final int MOST_QUERIES = 1_000_000;

    private SearchTable() {}

    /** The plan of a call; the queries are read while the query is analysed. */
    static LogicalPlan plan(Seq<Expression> arguments) {
        List<Expression> given = CollectionConverters.asJava(arguments);
        if (given.size() != 3 || !given.stream().allMatch(Expression::foldable)) {
            throw new IllegalArgumentException(NAME + ": expected the names of two tables and a number, as " + NAME
                    + "('embeddings', 'queries', 10)");
        }
        SparkSession spark = SparkSession.active();
        Dataset<Row> found = EmbeddingSearch.nearest(
                spark.table(constant(given.get(0))),
                queries(spark.table(constant(given.get(1)))),
                number(constant(given.get(2))));
        return ((org.apache.spark.sql.classic.Dataset<Row>) found)
                .queryExecution()
                .analyzed();
    }

    private static String constant(Expression argument) {
        return Objects.toString(argument.eval(null));
    }

    private static int number(String k) {
        try {
            return Integer.parseInt(k);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(NAME + ": expected a number of neighbours, found " + k, e);
        }
    }

    /**
     * The queries of a table: a column {@code embedding}, and a column {@code query}, or {@code path}, that names them.
     *
     * @throws IllegalArgumentException if it has no such columns, or too many rows
     */
    static List<EmbeddingSearch.Query> queries(Dataset<Row> table) {
        List<String> columns = List.of(table.columns());
        String name = columns.contains(EmbeddingSearch.QUERY) ? EmbeddingSearch.QUERY : PictureEmbedder.PATH;
        if (!columns.contains(name) || !columns.contains(PictureEmbedder.EMBEDDING)) {
            throw new IllegalArgumentException(
                    "queries: expected a column query or path, and a column embedding, found "
                            + String.join(", ", columns));
        }
        List<EmbeddingSearch.Query> queries = EmbeddingSearch.rows(
                        table.withColumn(PictureEmbedder.PATH, functions.col(name)))
                .limit(MOST_QUERIES + 1)
                .collectAsList()
                .stream()
                .map(row -> new EmbeddingSearch.Query(row.getPath(), Embedding.of(row.getEmbedding())))
                .toList();
        if (queries.isEmpty() || queries.size() > MOST_QUERIES) {
            throw new IllegalArgumentException("queries: expected 1 to " + MOST_QUERIES
                    + " rows with an embedding, found " + (queries.isEmpty() ? "none" : "more"));
        }
        return queries;
    }
}
