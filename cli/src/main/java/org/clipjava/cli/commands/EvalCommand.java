package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Tower;
import org.clipjava.cli.options.FitOptions;
import org.clipjava.cli.options.LabelledOptions;
import org.clipjava.cli.options.Labels;
import org.clipjava.cli.options.ResumeOptions;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.TemplateSets;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.output.Version;
import org.clipjava.eval.EmbeddingCache;
import org.clipjava.eval.EmbeddingPass;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.LabelMap;
import org.clipjava.eval.LabelledImages;
import org.clipjava.eval.TemplateSet;
import org.clipjava.eval.fit.FeatureCollector;
import org.clipjava.eval.report.EvaluationReport;
import org.clipjava.eval.report.Origin;
import org.clipjava.eval.report.Report;
import org.clipjava.eval.report.Subject;
import org.clipjava.text.PromptTemplate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code clip eval}. */
@Command(
        name = "eval",
        description = "Measures how well a model classifies labelled pictures.",
        footer = {
            "",
            "A picture that can't be read is a line on stderr and counts nowhere; the run goes on and exits 5 "
                    + "(6 if no picture could be read).",
            "",
            "'clip eval locate' measures how well it finds where things are.",
            "",
            "Example: clip eval imagenette2-320/val --labels-map imagenette --template-set openai-80 --html "
                    + "report.html"
        })
public final class EvalCommand implements Callable<Integer> {
    private static final int MOST_IN_A_BATCH = 1024;

    private final Session session;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LabelledOptions labelled = new LabelledOptions();

    @ArgGroup
    private Labels among = new Labels();

    @Mixin
    private TemplateSets templateSets = new TemplateSets();

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report as one HTML page, too.")
    private Optional<String> htmlFile = Optional.empty();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON, too.")
    private Optional<String> jsonFile = Optional.empty();

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "What the report calls it, and by which published accuracies are found: imagenet, imagenette,"
                    + " cifar10, cifar100, pets, caltech101. Default: the labels map that comes with clip, or"
                    + " DIR's name.")
    private Optional<String> dataset = Optional.empty();

    @Mixin
    private ResumeOptions resume = new ResumeOptions();

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Pictures that are encoded together. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Mixin
    private FitOptions fit = new FitOptions();

    public EvalCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        check();
        Optional<List<String>> labels =
                among.given() ? Optional.of(among.labels(session.terminal())) : Optional.empty();
        LabelMap map = labelled.input().map();
        LabelledImages found = labelled.input().pictures(map);
        labelled.input().sayRemarks(found, session.terminal());
        LabelledImages images =
                labels.map(given -> labelled.input().among(found, given)).orElse(found);
        ClipOptions options = labelled.input()
                .in(session.global().clipOptions(images.count()))
                .withTowers(Set.of(Tower.values()));
        try (Clip opened = labelled.open(options, session)) {
            FeatureCollector features = new FeatureCollector();
            Evaluation evaluation = run(opened, options.threads(), images, features);
            Terminal terminal = session.terminal();
            evaluation.broken().forEach(broken -> terminal.say(broken.file() + ": " + broken.reason()));
            Tally tally = new Tally(evaluation.pictures(), evaluation.broken().size());
            if (tally.exitCode() != ExitCode.ALL_INPUTS_FAILED) {
                Subject subject = Subject.of(
                        opened,
                        labelled.modelName(session),
                        dataset(map),
                        labelled.input().path().toString());
                Report report = EvaluationReport.of(subject, evaluation, labelled.seed(), opened.imageDecoder());
                write(fit.added(
                        report,
                        opened,
                        images,
                        evaluation.results().getFirst().classifier(),
                        features,
                        labelled.seed(),
                        terminal));
            }
            return tally.exitCode().code();
        }
    }

    private void check() {
        templateSets.check(labelled.templates());
        if (batch < 1 || batch > MOST_IN_A_BATCH) {
            throw CommandFailure.usage("--batch: expected 1 to " + MOST_IN_A_BATCH + ", found " + batch);
        }
        resume.check();
        fit.check();
        htmlFile.ifPresent(file -> new OutputFile("--html", file).check());
        jsonFile.ifPresent(file -> new OutputFile("--json", file).check());
    }

    private Evaluation run(Clip opened, int threads, LabelledImages images, FeatureCollector features)
            throws IOException {
        if (!resume.asked()) {
            return run(opened, threads, images, Optional.empty(), features);
        }
        try (EmbeddingCache cache = resume.open(opened, session)) {
            return run(opened, threads, images, Optional.of(cache), features);
        }
    }

    private Evaluation run(
            Clip opened, int threads, LabelledImages images, Optional<EmbeddingCache> cache, FeatureCollector features)
            throws IOException {
        EmbeddingPass plain = EmbeddingPass.of(opened, opened.imageDecoder())
                .withThreads(threads)
                .withBatch(batch);
        EmbeddingPass pass = cache.map(plain::withCache).orElse(plain);
        List<TemplateSet> sets = templateSets.sets(labelled.templates(), opened);
        List<PromptTemplate> templates =
                sets.stream().flatMap(set -> set.templates().stream()).toList();
        labelled.input().sayOfPrompts(images, opened, templates, session.terminal());
        try (ProgressLine progress = new ProgressLine(session.terminal())) {
            progress.beginPictures(images.count());
            Evaluation.Progress shown = done -> progress.pictures(done, images.count());
            return fit.asked()
                    ? Evaluation.run(pass, images, sets, shown, features)
                    : Evaluation.run(pass, images, sets, shown);
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted(e);
        }
    }

    private String dataset(LabelMap map) {
        Path path = labelled.input().path();
        return dataset.orElseGet(() -> LabelMap.BUILT_IN.contains(map.name())
                ? map.name()
                : Optional.ofNullable(path.toAbsolutePath().normalize().getFileName())
                        .orElse(path)
                        .toString());
    }

    private Origin origin() {
        List<String> command = new ArrayList<>(List.of("clip"));
        command.addAll(spec.root().commandLine().getParseResult().originalArgs());
        return new Origin(Instant.now(), "clip " + Version.ofJar() + ", Java " + Runtime.version(), command);
    }

    private void write(Report report) throws IOException {
        htmlFile.ifPresent(file -> new OutputFile("--html", file).write(report.html(origin())));
        jsonFile.ifPresent(file -> new OutputFile("--json", file).write(report.json()));
        session.terminal().print(labelled.format().isJson() ? report.json() : report.text());
    }
}
