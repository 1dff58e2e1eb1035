package org.clipjava.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/** The pictures of a job. Each has a path, and is one picture however often the path is named. */
public sealed interface Pictures {

    /**
     * Files, except those whose names begin with a dot or an underscore, which Spark takes for its own. The driver lists them all.
     *
     * @param locations files, folders (with all that is below them) or patterns, of any file system that Hadoop knows; at least one
     */
    record Files(List<String> locations) implements Pictures {
        /** Copies the list; there is at least one. */
        public Files {
            locations = List.copyOf(locations);
            if (locations.isEmpty()) {
                throw new IllegalArgumentException("expected at least one file or folder of pictures, found none");
            }
        }
    }

    /**
     * A table of paths.
     *
     * @param table with a column {@code path}; other columns are not read
     */
    record Paths(Dataset<Row> table) implements Pictures {
        /** Checks that the table has the column. */
        public Paths {
            requirePath(table);
        }
    }

    /**
     * Parquet files with the pictures in them.
     *
     * @param location of a table with the columns {@code path} and {@code content}, binary; no path twice
     */
    record Contents(String location) implements Pictures {}

    private static void requirePath(Dataset<Row> table) {
        if (!List.of(table.columns()).contains(PictureEmbedder.PATH)) {
            throw new IllegalArgumentException("table of pictures: expected a column " + PictureEmbedder.PATH
                    + ", found " + String.join(", ", table.columns()));
        }
        if (!table.schema().apply(PictureEmbedder.PATH).dataType().equals(DataTypes.StringType)) {
            throw new IllegalArgumentException("table of pictures: column " + PictureEmbedder.PATH
                    + ": expected string, found "
                    + table.schema().apply(PictureEmbedder.PATH).dataType().simpleString());
        }
    }

    /**
     * What is to be done still, in rounds.
     *
     * @param done drops those that have a row already
     */
    default Rounds rounds(SparkSession spark, UnaryOperator<Dataset<Row>> done, RoundSize size) {
        return switch (this) {
            case Files files -> ofPaths(spark, listed(spark, files), done, size);
            case Paths paths -> ofPaths(spark, paths.table(), done, size);
            case Contents contents -> ofContents(spark, contents.location(), done, size);
        };
    }

    /**
     * What is to be done, of rounds that are committed one after the other.
     *
     * @param pictures how many
     * @param withoutPath whether there are rows that name no picture; they are left out
     * @param rounds with {@code path} and perhaps {@code content}
     * @param whenDone lets go of what they share
     */
    record Rounds(long pictures, boolean withoutPath, List<Dataset<Row>> rounds, Runnable whenDone) {
        void end() {
            whenDone.run();
        }
    }

    private static Dataset<Row> listed(SparkSession spark, Files files) {
        // Of binaryFile only the listing is used. Its scan leaves out empty files, and fails where one can't be read.
        String[] listed = spark.read()
                .format("binaryFile")
                .option("recursiveFileLookup", "true")
                .load(files.locations().toArray(String[]::new))
                .inputFiles();
        List<String> paths = Arrays.stream(listed).map(Pictures::decoded).toList();
        return spark.createDataset(paths, Encoders.STRING()).toDF(PictureEmbedder.PATH);
    }

    /** Spark names files as URIs, with blanks and the like encoded, and wants them as paths. */
    private static String decoded(String uri) {
        return new Path(URI.create(uri)).toString();
    }

    private static Rounds ofPaths(
            SparkSession spark, Dataset<Row> table, UnaryOperator<Dataset<Row>> done, RoundSize size) {
        Dataset<Row> paths = table.select(PictureEmbedder.PATH);
        Dataset<Row> pending =
                done.apply(paths.dropDuplicates(PictureEmbedder.PATH)).persist(StorageLevel.MEMORY_AND_DISK());
        Row counts =
                pending.agg(count(lit(1)), count(col(PictureEmbedder.PATH))).head();
        long pictures = counts.getLong(1);
        long roundCount = Math.ceilDiv(pictures, size.perRound());
        List<Dataset<Row>> rounds = new ArrayList<>();
        for (long i = 0; i < roundCount; i++) {
            // By hash: a resumed job meets other pictures, and forms other rounds of them.
            Dataset<Row> round = pending.where(col(PictureEmbedder.PATH).isNotNull());
            if (roundCount > 1) {
                round = round.where(pmod(xxhash64(col(PictureEmbedder.PATH)), lit(roundCount))
                        .equalTo(lit(i)));
            }
            rounds.add(round.repartition(
                    tasks(spark, Math.ceilDiv(pictures, roundCount), size), col(PictureEmbedder.PATH)));
        }
        return new Rounds(pictures, counts.getLong(0) > pictures, rounds, pending::unpersist);
    }

    /** As many as give each its number of pictures, and at least one for each core. */
    private static int tasks(SparkSession spark, long pictures, RoundSize size) {
        long cores = spark.sparkContext().defaultParallelism();
        return (int) Math.clamp(Math.max(Math.ceilDiv(pictures, size.perTask()), cores), 1, Math.max(pictures, 1));
    }

    private static Rounds ofContents(
            SparkSession spark, String location, UnaryOperator<Dataset<Row>> done, RoundSize size) {
        Dataset<Row> table = spark.read().parquet(location);
        requirePath(table);
        List<Row> twice = table.groupBy(PictureEmbedder.PATH)
                .agg(count(lit(1)).as("rows"))
                .where(col("rows").gt(1).and(col(PictureEmbedder.PATH).isNotNull()))
                .select(PictureEmbedder.PATH)
                .takeAsList(1);
        if (!twice.isEmpty()) {
            // Dropping one would mean to move all pictures through a shuffle, and to choose which.
            throw JobFailure.usage(location + ": expected each path once, found "
                    + twice.getFirst().getString(0) + " in several rows; make the paths unique");
        }
        List<Row> files = done.apply(table.select(
                        col(PictureEmbedder.PATH), input_file_name().as("file")))
                .groupBy("file")
                .agg(count(col(PictureEmbedder.PATH)), count(lit(1)))
                .orderBy("file")
                .collectAsList();
        List<Dataset<Row>> rounds = new ArrayList<>();
        List<String> together = new ArrayList<>();
        long pictures = 0;
        long rows = 0;
        long inRound = 0;
        for (Row file : files) {
            pictures += file.getLong(1);
            rows += file.getLong(2);
            if (file.getLong(1) == 0) {
                continue;
            }
            if (inRound > 0 && inRound + file.getLong(1) > size.perRound()) {
                rounds.add(contents(spark, together, done));
                together.clear();
                inRound = 0;
            }
            together.add(decoded(file.getString(0)));
            inRound += file.getLong(1);
        }
        if (!together.isEmpty()) {
            rounds.add(contents(spark, together, done));
        }
        return new Rounds(pictures, rows > pictures, rounds, () -> {});
    }

    private static Dataset<Row> contents(SparkSession spark, List<String> files, UnaryOperator<Dataset<Row>> done) {
        return done.apply(spark.read()
                .parquet(files.toArray(String[]::new))
                .select(PictureEmbedder.PATH, PictureEmbedder.CONTENT)
                .where(col(PictureEmbedder.PATH).isNotNull()));
    }

    /** The files of this table that a {@code path} column names, or the pictures in its {@code content}. */
    static Pictures ofTable(SparkSession spark, String location) {
        Dataset<Row> table = spark.read().parquet(location);
        return Optional.of(table)
                .filter(columns -> List.of(columns.columns()).contains(PictureEmbedder.CONTENT))
                .<Pictures>map(columns -> new Contents(location))
                .orElseGet(() -> new Paths(table));
    }
}
