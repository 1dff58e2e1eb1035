package org.clipjava.spark;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.clipjava.Embedding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip-spark pairs}: pictures whose embeddings are near each other. */
@Command(
        name = "clip-spark pairs",
        description =
                "Finds the pairs of pictures whose embeddings are near: all are compared with all, a block of them in each pass."
                        + " Writes Parquet: path, other, cosine.",
        sortOptions = false,
        usageHelpWidth = 100)
final class PairEmbeddings implements Program {
    private final PrintStream err;
    private final Consumer<SparkSession> whenDone;

    @Mixin
    private EmbeddedTable embeddings = new EmbeddedTable();

    @Option(
            names = "--min-cosine",
            paramLabel = "C",
            defaultValue = "0.95",
            description = "Of the farthest pair, -1 to 1; 0.95.")
    private double least;

    @Option(
            names = "--block",
            paramLabel = "N",
            defaultValue = "20000",
            description =
                    "Pictures that are compared with all others in a pass; 20000. Each takes 4 bytes a component, on the driver"
                            + " and each executor.")
    private int block;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "Write here; must not be there yet. It is complete when it has a file _SUCCESS.")
    private String output = "";

    @Mixin
    private CommonOptions common = new CommonOptions();

    PairEmbeddings(PrintStream err, Consumer<SparkSession> whenDone) {
        this.err = err;
        this.whenDone = whenDone;
    }

    @Override
    public boolean debug() {
        return common.debug();
    }

    @Override
    public Integer call() throws IOException {
        if (!(least >= -1 && least <= 1)) {
            throw JobFailure.usage("--min-cosine: expected -1 to 1, found " + least);
        }
        if (block < 1) {
            throw JobFailure.usage("--block: expected at least 1, found " + block);
        }
        SparkSession spark = SparkSession.builder().appName("clip-spark pairs").getOrCreate();
        try {
            Path folder = new Path(output);
            FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
            if (files.exists(folder)) {
                throw JobFailure.usage(output + ": is there already; name another output");
            }
            Dataset<Row> rows = embeddings.read(spark);
            Iterator<EmbeddedPath> byPath = EmbeddingSearch.rows(rows)
                    .orderBy(col(PictureEmbedder.PATH))
                    .toLocalIterator();
            int blocks = 0;
            while (byPath.hasNext()) {
                write(EmbeddingSearch.near(rows, next(byPath), least), new Path(folder, "block=" + blocks));
                blocks++;
            }
            files.create(new Path(folder, "_SUCCESS"), true).close();
            long pairs = blocks == 0 ? 0 : spark.read().parquet(output).count();
            Program.say(err, pairs + (pairs == 1 ? " pair" : " pairs") + "; in " + output);
            return JobFailure.ExitCode.OK.code();
        } finally {
            whenDone.accept(spark);
        }
    }

    private static void write(Dataset<Row> pairs, Path folder) {
        pairs.write().mode(SaveMode.ErrorIfExists).parquet(folder.toString());
    }

    private List<EmbeddingSearch.Query> next(Iterator<EmbeddedPath> byPath) {
        List<EmbeddingSearch.Query> some = new ArrayList<>();
        while (some.size() < block && byPath.hasNext()) {
            EmbeddedPath row = byPath.next();
            some.add(new EmbeddingSearch.Query(row.getPath(), Embedding.of(row.getEmbedding())));
        }
        return some;
    }
}
