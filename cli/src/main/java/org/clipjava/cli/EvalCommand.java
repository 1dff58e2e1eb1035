package org.clipjava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.eval.EmbeddingCache;
import org.clipjava.eval.EmbeddingPass;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.LabelMap;
import org.clipjava.eval.LabelledImages;
import org.clipjava.eval.TemplateSet;
import org.clipjava.eval.fit.FeatureCollector;
import org.clipjava.eval.report.EvaluationReport;
import org.clipjava.eval.report.Report;
import org.clipjava.eval.report.Subject;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code clip eval}. */
@Command(
        name = "eval",
        description = "Measures how well a model classifies labelled pictures.",
        footer = {
            "",
            "DIR has a folder for each label, or is a list of file and label: .csv, .tsv or .jsonl. A picture that can't be",
            "read is a line on stderr and counts nowhere; the run goes on and exits 5 (6 if no picture could be read)."
        })
final class EvalCommand implements Callable<Integer> {
    private static final int MOST_IN_A_BATCH = 1024;

    @ParentCommand
    private ClipCommand clip;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private LabelledInput input = new LabelledInput();

    @ArgGroup
    private Labels among = new Labels();

    @Mixin
    private FitOptions fit = new FitOptions();

    @Mixin
    private Templates templates = new Templates();

    @Option(
            names = "--template-set",
            paramLabel = "SET",
            description =
                    "Templates that come with clip: article, hf, none (the bare label), openai-7, openai-80, cifar, pets, "
                            + "food101, flowers102, aircraft, birdsnap.")
    private Optional<String> templateSet = Optional.empty();

    @Option(
            names = "--compare",
            paramLabel = "SET",
            split = ",",
            description = "Sets, apart by commas, that are evaluated on the same pictures and compared with the first.")
    private List<String> compared = new ArrayList<>();

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description =
                    "What the report calls it, and by which published accuracies are found: imagenet, imagenette, cifar10, "
                            + "cifar100, pets, caltech101. Unless given: the labels map that comes with clip, or DIR's name.")
    private Optional<String> dataset = Optional.empty();

    @Option(
            names = "--resume",
            description = "Keep embeddings on disk, and take those that are there: an interrupted run goes on.")
    private boolean resume;

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "Where --resume keeps them; embeddings in $CLIP_HOME or the user's cache unless given.")
    private Optional<Path> cacheFolder = Optional.empty();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json on stdout; text unless given.")
    private Format format = Format.TEXT;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report as one HTML page, too.")
    private Optional<String> htmlFile = Optional.empty();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON, too.")
    private Optional<String> jsonFile = Optional.empty();

    @Option(names = "--batch", paramLabel = "N", description = "Pictures that are encoded together; 32 unless given.")
    private int batch = 32;

    @Option(names = "--seed", paramLabel = "N", description = "Of the bootstrap; 1 unless given.")
    private long seed = 1;

    /** What goes to stdout. */
    enum Format {
        TEXT,
        JSON
    }

    @Override
    public Integer call() throws IOException {
        check();
        Optional<List<String>> labels = among.given() ? Optional.of(among.labels()) : Optional.empty();
        LabelMap map = input.map();
        Terminal terminal = clip.terminal();
        LabelledImages found = input.pictures(map);
        LabelledImages labelled = labels.map(given -> input.among(found, given)).orElse(found);
        ClipOptions options = clip.globalOptions().clipOptions(labelled.count());
        try (Clip opened = model.open(options, clip)) {
            FeatureCollector features = new FeatureCollector();
            Evaluation evaluation = run(opened, options.threads(), labelled, terminal, features);
            evaluation.broken().forEach(broken -> terminal.say(broken.file() + ": " + broken.reason()));
            Tally tally = new Tally(evaluation.pictures(), evaluation.broken().size());
            if (tally.exitCode() != ExitCode.ALL_INPUTS_FAILED) {
                Subject subject = Subject.of(
                        opened, model.name(clip), dataset(map), input.path().toString());
                Report report = EvaluationReport.of(subject, evaluation, seed, ImageInput.decoder());
                write(
                        fit.added(
                                report,
                                opened,
                                labelled,
                                evaluation.results().getFirst().classifier(),
                                features,
                                seed,
                                terminal),
                        terminal);
            }
            return tally.exitCode().code();
        }
    }

    private void check() {
        templates.check();
        if (templates.given() && templateSet.isPresent()) {
            throw CommandFailure.usage("--template and --template-set: give one of the two");
        }
        templateSet.ifPresent(name -> set("--template-set", name));
        compared.forEach(name -> set("--compare", name));
        if (batch < 1 || batch > MOST_IN_A_BATCH) {
            throw CommandFailure.usage("--batch: expected 1 to " + MOST_IN_A_BATCH + ", found " + batch);
        }
        if (cacheFolder.isPresent() && !resume) {
            throw CommandFailure.usage("--cache says where --resume keeps embeddings; give that too");
        }
        fit.check();
        htmlFile.ifPresent(file -> target("--html", file));
        jsonFile.ifPresent(file -> target("--json", file));
    }

    /** Complains before the work rather than behind it. */
    private static void target(String option, String file) {
        try {
            new PendingFile(Path.of(file)).close();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, option + " " + file + ": " + Reason.of(e, file), e);
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCode.USAGE, option + " " + file + ": not a path", e);
        }
    }

    private static TemplateSet set(String option, String name) {
        return TemplateSet.builtIn(name)
                .orElseThrow(() -> CommandFailure.usage(
                        option + ": expected one of " + String.join(", ", TemplateSet.BUILT_IN) + ", found " + name));
    }

    private Evaluation run(
            Clip opened, int threads, LabelledImages labelled, Terminal terminal, FeatureCollector features)
            throws IOException {
        if (!resume) {
            return run(opened, threads, labelled, Optional.empty(), terminal, features);
        }
        try (EmbeddingCache cache = cache(opened)) {
            return run(opened, threads, labelled, Optional.of(cache), terminal, features);
        }
    }

    private EmbeddingCache cache(Clip opened) {
        Path folder = cacheFolder.orElseGet(() -> clip.store().resolve("embeddings"));
        try {
            return EmbeddingCache.open(folder, opened);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "--resume: " + folder + ": " + Reason.of(e, folder.toString()), e);
        }
    }

    private Evaluation run(
            Clip opened,
            int threads,
            LabelledImages labelled,
            Optional<EmbeddingCache> cache,
            Terminal terminal,
            FeatureCollector features)
            throws IOException {
        EmbeddingPass pass = new EmbeddingPass(opened, ImageInput.decoder(), threads, batch, cache);
        try (ImageProgress progress = ImageProgress.start(terminal, labelled.count())) {
            return fit.asked()
                    ? Evaluation.run(pass, labelled, sets(opened), progress::done, features)
                    : Evaluation.run(pass, labelled, sets(opened), progress::done);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    /** The one that is looked at in detail first. */
    private List<TemplateSet> sets(Clip opened) {
        List<TemplateSet> sets = new ArrayList<>();
        if (templates.given()) {
            sets.add(new TemplateSet("given", templates.orDefault(opened)));
        } else if (templateSet.isPresent()) {
            sets.add(set("--template-set", templateSet.get()));
        } else if (compared.isEmpty()) {
            sets.add(new TemplateSet("model's own", List.of(opened.defaultTemplate())));
        }
        compared.forEach(name -> sets.add(set("--compare", name)));
        return sets;
    }

    private String dataset(LabelMap map) {
        return dataset.orElseGet(() -> LabelMap.BUILT_IN.contains(map.name())
                ? map.name()
                : Optional.ofNullable(input.path().toAbsolutePath().normalize().getFileName())
                        .orElse(input.path())
                        .toString());
    }

    private void write(Report report, Terminal terminal) throws IOException {
        if (htmlFile.isPresent()) {
            write("--html", htmlFile.get(), report.html());
        }
        if (jsonFile.isPresent()) {
            write("--json", jsonFile.get(), report.json());
        }
        Writer out = terminal.writer();
        out.write(format == Format.JSON ? report.json() : report.text());
        out.flush();
    }

    private static void write(String option, String file, String content) {
        try (PendingFile pending = new PendingFile(Path.of(file))) {
            Files.writeString(pending.path(), content, UTF_8, StandardOpenOption.WRITE);
            pending.commit();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INTERNAL, option + " " + file + ": " + Reason.of(e, file), e);
        }
    }
}
