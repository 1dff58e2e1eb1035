package org.clipjava.spark;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.clipjava.hub.UserEnvironment;
import org.clipjava.io.FileFailure;
import org.clipjava.io.NamedColor;
import org.clipjava.io.Sha256;
import org.clipjava.io.Shown;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.models.Models;
import org.clipjava.models.UnresolvedModelException;
import org.clipjava.safetensors.ModelFormatException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** The job as a program: {@code spark-submit --class org.clipjava.spark.EmbedPictures clip-spark.jar}. */
@Command(
        name = "clip-spark",
        description =
                "Embeds pictures on Apache Spark, and writes Parquet: a row for each picture, an error for a broken one."
                        + " Run again with the same output, it does what is missing.",
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
public final class EmbedPictures implements Callable<Integer> {
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

    @Option(names = "--debug", description = "Show the trace of an error.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli itself acts on it
    private boolean help;

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
        EmbedPictures job = new EmbedPictures(err, whenDone);
        CommandLine commandLine = new CommandLine(job)
                .setExpandAtFiles(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, unusedArgs) ->
                        job.report(JobFailure.usage(e.getMessage() + didYouMean(e) + "; see clip-spark --help")))
                .setExecutionExceptionHandler((e, unusedCommand, unusedResult) -> job.report(e));
        return commandLine.execute(args);
    }

    /** The option that was meant, if picocli finds one that is like it. */
    private static String didYouMean(CommandLine.ParameterException e) {
        return e instanceof CommandLine.UnmatchedArgumentException unmatched && unmatched.isUnknownOption()
                ? unmatched.getSuggestions().stream()
                        .findFirst()
                        .map(name -> "; did you mean " + name + "?")
                        .orElse("")
                : "";
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
            PictureEmbedder embedder = new PictureEmbedder(placedModel(spark, modelHere), chosen, color);
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
        try {
            List<String> lines = Files.readAllLines(Path.of(labelsFile)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (lines.isEmpty()) {
                throw JobFailure.usage("--labels-file " + labelsFile + ": holds no label; expected one a line");
            }
            return new Labels(lines, templates, topK);
        } catch (IOException e) {
            throw new JobFailure(
                    JobFailure.ExitCode.USAGE,
                    "--labels-file " + labelsFile + ": " + FileFailure.reason(e, labelsFile),
                    e);
        }
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
        try {
            Path file = Models.of(UserEnvironment.ofThisProcess()).resolve(model);
            ModelInfo info = ModelFile.info(file);
            System.getLogger(EmbedPictures.class.getName()).log(System.Logger.Level.DEBUG, "model {0}", info.id());
            if (!info.config().hasVision() || (withLabels && !info.config().hasText())) {
                throw new JobFailure(
                        JobFailure.ExitCode.BAD_MODEL,
                        file
                                + (info.config().hasVision()
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
        } catch (UnresolvedModelException e) {
            throw unresolved(e);
        } catch (NoSuchFileException e) {
            throw new JobFailure(JobFailure.ExitCode.MODEL_MISSING, model + ": no such model file", e);
        } catch (ModelFormatException e) {
            throw new JobFailure(JobFailure.ExitCode.BAD_MODEL, e.getMessage(), e);
        }
    }

    private static JobFailure unresolved(UnresolvedModelException e) {
        return switch (e.kind()) {
            case NOT_FOUND -> new JobFailure(JobFailure.ExitCode.MODEL_MISSING, e.getMessage(), e);
            case NOT_PULLED ->
                new JobFailure(
                        JobFailure.ExitCode.MODEL_MISSING,
                        e.getMessage() + "; clip pull " + e.subject() + " does it",
                        e);
            case NOT_A_CHECKPOINT, BAD_CHECKPOINT -> new JobFailure(JobFailure.ExitCode.BAD_MODEL, e.getMessage(), e);
            case NO_STORE -> new JobFailure(JobFailure.ExitCode.USAGE, e.getMessage(), e);
            case OPTIONS_NEEDED ->
                new JobFailure(
                        JobFailure.ExitCode.USAGE,
                        e.getMessage() + "; convert it and tell what is missing: clip convert " + e.subject()
                                + " -o FILE",
                        e);
        };
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

    private int report(Throwable thrown) {
        JobFailure failure = failure(thrown);
        say(failure.getMessage()
                + (failure.exitCode() == JobFailure.ExitCode.INTERNAL && !debug ? "; --debug shows the trace" : ""));
        if (debug) {
            thrown.printStackTrace(err);
        }
        return failure.exitCode().code();
    }

    private static JobFailure failure(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof JobFailure failure) {
                return failure;
            }
            if (cause instanceof UnusableModelException model) {
                return new JobFailure(JobFailure.ExitCode.BAD_MODEL, model.getMessage(), thrown);
            }
        }
        String message = String.valueOf(thrown.getMessage());
        if (thrown instanceof AnalysisException) {
            // A table or a folder that is not there, a column that is missing: the first line says it.
            return new JobFailure(JobFailure.ExitCode.USAGE, firstLine(message), thrown);
        }
        if (thrown instanceof SparkException && message.contains("master URL must be set")) {
            return new JobFailure(
                    JobFailure.ExitCode.USAGE,
                    "no Spark to run on; start it with spark-submit, or give Java -Dspark.master=local[*]",
                    thrown);
        }
        return new JobFailure(JobFailure.ExitCode.INTERNAL, firstLine(thrown.toString()), thrown);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private void say(String message) {
        err.println("clip-spark: " + Shown.line(message));
    }
}
