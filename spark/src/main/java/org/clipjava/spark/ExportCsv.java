package org.clipjava.spark;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import java.io.PrintStream;
import java.util.function.Consumer;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip-spark csv}: embeddings as PostgreSQL's COPY reads them into a column of pgvector. */
@Command(
        name = "clip-spark csv",
        description =
                "Writes what clip-spark has embedded as CSV without a header: path, hash, and the embedding as [0.1,0.2,…], as"
                        + " PostgreSQL with pgvector reads it by COPY. Broken pictures are left out.",
        sortOptions = false,
        usageHelpWidth = 100)
final class ExportCsv implements Program {
    private final PrintStream err;
    private final Consumer<SparkSession> whenDone;

    @Option(names = "--embeddings", paramLabel = "PARQUET", required = true, description = "What clip-spark wrote.")
    private String embeddings = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "Write here; must not be there yet.")
    private String output = "";

    @Mixin
    private CommonOptions common = new CommonOptions();

    ExportCsv(PrintStream err, Consumer<SparkSession> whenDone) {
        this.err = err;
        this.whenDone = whenDone;
    }

    @Override
    public boolean debug() {
        return common.debug();
    }

    @Override
    public Integer call() {
        SparkSession spark = SparkSession.builder().appName("clip-spark csv").getOrCreate();
        try {
            spark.read()
                    .parquet(embeddings)
                    .where(col(PictureEmbedder.EMBEDDING).isNotNull())
                    .select(
                            col(PictureEmbedder.PATH),
                            col(PictureEmbedder.HASH),
                            concat(
                                    lit("["),
                                    array_join(col(PictureEmbedder.EMBEDDING).cast("array<string>"), ","),
                                    lit("]")))
                    .write()
                    .mode(SaveMode.ErrorIfExists)
                    .option("escape", "\"") // as PostgreSQL has it: a quotation mark is doubled
                    .csv(output);
            Program.say(err, "written to " + output);
            return JobFailure.ExitCode.OK.code();
        } finally {
            whenDone.accept(spark);
        }
    }
}
