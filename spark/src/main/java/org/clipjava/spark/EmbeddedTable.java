package org.clipjava.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** {@code --embeddings}: pictures that have their embeddings. */
final class EmbeddedTable {
    @Option(
            names = "--embeddings",
            paramLabel = "PARQUET",
            required = true,
            description = "What clip-spark wrote, or any table with the columns path and embedding.")
    private String path = "";

    String path() {
        return path;
    }

    Dataset<Row> read(SparkSession spark) {
        return spark.read().parquet(path);
    }
}
