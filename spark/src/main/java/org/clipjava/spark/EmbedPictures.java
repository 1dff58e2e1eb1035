package org.clipjava.spark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.clipjava.config.ClipConfig;
import org.clipjava.io.NamedColor;
import org.clipjava.io.Sha256;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The job as a program: {@code spark-submit --class org.clipjava.spark.EmbedPictures clip-spark.jar}. */
@Command(
        name = "clip-spark",
        description =
                "Embeds pictures on Apache Spark, and writes Parquet: a row for each picture, an error for a broken one."
                        + " Run again with the same output, it does what is missing.%n%n'clip-spark search' finds the"
                        + " nearest among what it wrote, 'clip-spark pairs' what is there twice; 'clip-spark csv' writes it for"
                        + " PostgreSQL. Each has --help.",
        sortOptions = false,
        usageHelpWidth = 100,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:each picture has its row",
            "2:usage",
            "3:model missing",
            "4:bad model, or executors that can't use it",
            "6:each picture has its row, and each of them an error",
            "70:internal error, or one of Spark's"
        })
public final class EmbedPictures implements Program {
    private final PrintStream err;
    private final Consumer<SparkSession> whenDone;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            defaultValue = "${env:CLIP_MODEL}",
            description =
                    "A model as clip takes it: a file, a pulled model's name or a checkpoint's folder; CLIP_MODEL unless "
                            + "given. Spark sends it to the executors.")
    private String model = "";

    @Option(names = "--model-is-shared", description = "Send nothing: each machine sees the model at this path.")
    private boolean modelIsShared;

    @Option(
            names = "--model-sha256",
            paramLabel = "HEX",
            description =
                    "What the model must hash to; what this machine sees in it unless given. Each executor checks.")
    private String modelSha256 = "";

    @CommandLine.ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** One of them. */
    private static final class Source {
        @Option(
                names = "--images",
                paramLabel = "PLACE",
                arity = "1..*",
                description =
                        "Pictures, folders with all that is below them, or patterns; as hdfs://, s3a:// or a plain path.")
        private List<String> images = new ArrayList<>();

        @Option(
                names = "--table",
                paramLabel = "PARQUET",
                description =
                        "A table with a column path, and perhaps a binary column content with the pictures themselves.")
        private String table = "";

        @Option(names = "--csv", paramLabel = "CSV", description = "A table with a header and a column path.")
        private String csv = "";
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            required = true,
            description = "Write here: path, hash, embedding, error, and labels if there are any.")
    private String output = "";

    @Option(
            names = "--labels",
            paramLabel = "A,B,C",
            description = "Classify too; a label that holds a comma needs --labels-file.")
    private String labels = "";

    @Option(names = "--labels-file", paramLabel = "FILE", description = "A file with one label a line, UTF-8.")
    private String labelsFile = "";

    @Option(
            names = "--template",
            paramLabel = "TEXT",
            description = "A prompt with {} for the label; repeat it to average. The model's own unless given.")
    private List<String> templates = new ArrayList<>();

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "5", description = "Labels to keep for a picture; 5.")
    private int topK;

    @Option(
            names = "--background",
            paramLabel = "COLOUR",
            description =
                    "Lay transparent pictures over this: white, black, gray or #rrggbb; the colours that are stored unless "
                            + "given.")
    private String background = "";

    @Option(
            names = "--draft",
            description =
                    "Decode large JPEGs at 1/2, 1/4 or 1/8, as Pillow's draft does: sooner, and with slightly other "
                            + "embeddings.")
    private boolean draft;

    @Option(
            names = "--pictures-per-task",
            paramLabel = "N",
            defaultValue = "1000",
            description = "About what a task does, and a file holds; 1000.")
    private int picturesPerTask;

    @Option(
            names = "--pictures-per-round",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "About what is committed at a time; 1000000.")
    private int picturesPerRound;

    @Option(
            names = "--reuse",
            description =
                    "Read all pictures twice, and embed none whose hash is in the output already: for moved files.")
    private boolean reuse;

    @Mixin
    private CommonOptions common = new CommonOptions();

    private EmbedPictures(PrintStream err, Consumer<SparkSession> whenDone) {
        this.err = err;
        this.whenDone = whenDone;
    }

    /** Ends the process only if there is something to tell: a cluster takes an exit for a crash. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        Locale.setDefault(Locale.ROOT);
        int code = run(args, System.out, System.err, SparkSession::stop);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs the job; its exit code. What is to become of the session in the end is the caller's affair. */
    static int run(String[] args, PrintStream out, PrintStream err, Consumer<SparkSession> whenDone) {
        String first = args.length == 0 ? "" : args[0];
        String[] others = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
        return switch (first) {
            case "search" -> Program.run(new SearchEmbeddings(err, whenDone), others, out, err);
            case "csv" -> Program.run(new ExportCsv(err, whenDone), others, out, err);
            case "pairs" -> Program.run(new PairEmbeddings(err, whenDone), others, out, err);
            default -> Program.run(new EmbedPictures(err, whenDone), args, out, err);
        };
    }

    @Override
    public boolean debug() {
        return common.debug();
    }

    @Override
    public Integer call() throws IOException {
        RoundSize size = orUsage(() -> new RoundSize(picturesPerTask, picturesPerRound));
        Labels chosen = orUsage(this::labels);
        int color = background();
        Optional<Path> modelHere =
                onlyExecutorsSeeIt() ? Optional.empty() : Optional.of(resolvedModel(!chosen.isEmpty()));
        SparkSession spark = SparkSession.builder()
                .appName("clip-spark")
                .config(PlacedModel.ISOLATION, "false")
                .getOrCreate();
        try {
            PictureEmbedder embedder = new PictureEmbedder(placedModel(spark, modelHere), chosen, color, draft);
            EmbeddingJob job = new EmbeddingJob(pictures(spark), embedder, output, size, reuse);
            return report(job.run(spark));
        } finally {
            whenDone.accept(spark);
        }
    }

    private int report(EmbeddingJob.Report report) {
        if (report.withoutPath()) {
            say("rows without a path were left out");
        }
        if (report.rows() == 0) {
            say("nothing to do: each picture has its row in " + output + " already, or there is none");
            return JobFailure.ExitCode.OK.code();
        }
        say(report.rows() + (report.rows() == 1 ? " picture: " : " pictures: ") + (report.rows() - report.errors())
                + " embedded, " + report.errors() + " with an error; in " + output);
        return (report.errors() == report.rows() ? JobFailure.ExitCode.ALL_PICTURES_FAILED : JobFailure.ExitCode.OK)
                .code();
    }

    private Labels labels() {
        if (!labels.isEmpty() && !labelsFile.isEmpty()) {
            throw JobFailure.usage("give one of --labels and --labels-file");
        }
        if (!labels.isEmpty()) {
            return new Labels(
                    Arrays.stream(labels.split(",", -1)).map(String::strip).toList(), templates, topK);
        }
        if (labelsFile.isEmpty()) {
            if (!templates.isEmpty()) {
                throw JobFailure.usage("--template: there are no labels to put in; give --labels");
            }
            return Labels.NONE;
        }
        return new Labels(LineFile.read("--labels-file", labelsFile, "label"), templates, topK);
    }

    private int background() {
        if (background.isEmpty()) {
            return PictureEmbedder.AS_STORED;
        }
        return NamedColor.parse(background)
                .orElseThrow(() ->
                        JobFailure.usage("--background: expected " + NamedColor.EXPECTED + ", found " + background));
    }

    private interface Checked<T> {
        T make();
    }

    private static <T> T orUsage(Checked<T> value) {
        try {
            return value.make();
        } catch (IllegalArgumentException e) {
            throw new JobFailure(JobFailure.ExitCode.USAGE, e.getMessage(), e);
        }
    }

    /** A model that only the executors see, and check themselves. */
    private boolean onlyExecutorsSeeIt() {
        boolean unseen = modelIsShared && !Files.exists(Path.of(model));
        if (unseen && modelSha256.isEmpty()) {
            throw JobFailure.usage("--model " + model
                    + ": this machine does not see it; give --model-sha256, so that the executors can check it");
        }
        return unseen;
    }

    /** The model's file, which is looked at before anything is started or sent. */
    private Path resolvedModel(boolean withLabels) throws IOException {
        LocalModel resolved = LocalModel.resolve(model);
        Path file = resolved.file();
        ClipConfig config = resolved.info().config();
        if (!config.hasVision() || (withLabels && !config.hasText())) {
            throw new JobFailure(
                    JobFailure.ExitCode.BAD_MODEL,
                    file
                            + (config.hasVision()
                                    ? ": has an image tower alone, which reads no labels; leave them out, or convert"
                                            + " the whole CLIP"
                                    : ": has a text tower alone, which reads no pictures; convert the whole CLIP"));
        }
        String found = modelSha256.isEmpty() ? "" : Sha256.of(file);
        if (!found.equalsIgnoreCase(modelSha256)) {
            throw new JobFailure(
                    JobFailure.ExitCode.BAD_MODEL, file + ": expected SHA-256 " + modelSha256 + ", found " + found);
        }
        return file;
    }

    private PlacedModel placedModel(SparkSession spark, Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return orUsage(() -> new PlacedModel(PlacedModel.Place.SHARED, model, modelSha256));
        }
        return modelIsShared ? PlacedModel.shared(file.get()) : PlacedModel.send(spark, file.get());
    }

    private Pictures pictures(SparkSession spark) {
        if (!source.images.isEmpty()) {
            return new Pictures.Files(source.images);
        }
        return orUsage(() -> {
            if (!source.table.isEmpty()) {
                return Pictures.ofTable(spark, source.table);
            }
            Dataset<Row> table = spark.read().option("header", "true").csv(source.csv);
            return new Pictures.Paths(table);
        });
    }

    private void say(String message) {
        Program.say(err, message);
    }
}
