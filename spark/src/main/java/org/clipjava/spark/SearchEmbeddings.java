package org.clipjava.spark;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.io.Sha256;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip-spark search}: the nearest pictures of many queries. */
@Command(
        name = "clip-spark search",
        description =
                "Finds, for each of many queries, the nearest of the pictures that clip-spark has embedded: all are compared, in"
                        + " one pass. Writes Parquet: query, rank, path, cosine.",
        sortOptions = false,
        usageHelpWidth = 100)
final class SearchEmbeddings implements Program {
    private final PrintStream err;
    private final Consumer<SparkSession> whenDone;

    @Mixin
    private EmbeddedTable embeddings = new EmbeddedTable();

    @CommandLine.ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** One of them. */
    private static final class Source {
        @Option(
                names = "--queries",
                paramLabel = "PARQUET",
                description = "A table with a column embedding, and a column query or path.")
        private String table = "";

        @Option(
                names = "--texts",
                paramLabel = "FILE",
                description = "A file with one text a line, UTF-8; wants --model.")
        private String texts = "";
    }

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = "${env:CLIP_MODEL}",
            description = "For --texts: the model that the pictures were embedded with; CLIP_MODEL unless given.")
    private String model = "";

    @Option(
            names = "--template",
            paramLabel = "TEXT",
            defaultValue = "{}",
            description = "For --texts: what each goes into, at {}; {} unless given.")
    private String template = "";

    @Option(names = "-k", paramLabel = "K", defaultValue = "10", description = "Most pictures for a query; 10.")
    private int k;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "Write here; must not be there yet.")
    private String output = "";

    @Mixin
    private CommonOptions common = new CommonOptions();

    SearchEmbeddings(PrintStream err, Consumer<SparkSession> whenDone) {
        this.err = err;
        this.whenDone = whenDone;
    }

    @Override
    public boolean debug() {
        return common.debug();
    }

    @Override
    public Integer call() throws IOException {
        if (k < 1) {
            throw JobFailure.usage("-k: expected at least 1, found " + k);
        }
        if (!template.contains("{}")) {
            throw JobFailure.usage("--template: expected {} for the text, found '" + template + "'");
        }
        SparkSession spark = SparkSession.builder().appName("clip-spark search").getOrCreate();
        try {
            Dataset<Row> rows = embeddings.read(spark);
            List<EmbeddingSearch.Query> queries = source.table.isEmpty()
                    ? encoded(spark)
                    : SearchTable.queries(spark.read().parquet(source.table));
            EmbeddingSearch.nearest(rows, queries, k)
                    .coalesce(1)
                    .write()
                    .mode(SaveMode.ErrorIfExists)
                    .parquet(output);
            Program.say(err, queries.size() + (queries.size() == 1 ? " query" : " queries") + "; in " + output);
            return JobFailure.ExitCode.OK.code();
        } finally {
            whenDone.accept(spark);
        }
    }

    private List<EmbeddingSearch.Query> encoded(SparkSession spark) throws IOException {
        if (model.isEmpty()) {
            throw JobFailure.usage("--texts: expected --model, which the pictures were embedded with");
        }
        List<String> texts = LineFile.read("--texts", source.texts, "text");
        Path file = LocalModel.resolve(model).file();
        check(spark, file);
        List<EmbeddingSearch.Query> queries = new ArrayList<>();
        try (Clip clip = Clip.open(file, ClipOptions.defaults().withTowers(Set.of(Tower.TEXT)))) {
            List<Embedding> directions = clip.encodeTexts(
                    texts.stream().map(text -> template.replace("{}", text)).toList());
            for (int i = 0; i < texts.size(); i++) {
                queries.add(new EmbeddingSearch.Query(texts.get(i), directions.get(i)));
            }
        }
        return queries;
    }

    /** Embeddings of two models can't be compared; a job of ours has noted which it was. */
    private void check(SparkSession spark, Path file) throws IOException {
        org.apache.hadoop.fs.Path description =
                new org.apache.hadoop.fs.Path(embeddings.path(), EmbeddingOutput.DESCRIPTION);
        FileSystem files = description.getFileSystem(spark.sparkContext().hadoopConfiguration());
        if (!files.exists(description)) {
            return;
        }
        Properties known = new Properties();
        try (Reader in = new InputStreamReader(files.open(description), StandardCharsets.UTF_8)) {
            known.load(in);
        }
        String expected = known.getProperty(EmbeddingOutput.MODEL_SHA256, "");
        String found = Sha256.of(file);
        if (!expected.equalsIgnoreCase(found)) {
            throw JobFailure.usage(embeddings.path() + ": was embedded with a model of SHA-256 " + expected + ", and "
                    + file + " has " + found + "; give --model the other");
        }
    }
}
