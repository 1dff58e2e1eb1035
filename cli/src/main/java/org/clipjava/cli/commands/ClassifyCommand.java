package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.input.ImageRun;
import org.clipjava.cli.options.DraftOption;
import org.clipjava.cli.options.ImageInputs;
import org.clipjava.cli.options.LabelsOrClassifier;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.ScoreOptions;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.SortOptions;
import org.clipjava.cli.options.Templates;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.ClassificationWriter;
import org.clipjava.cli.report.ClassificationWriter.Look;
import org.clipjava.cli.report.ScoreKind;
import org.clipjava.cli.report.TextRemarks;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip classify}. */
@Command(
        name = "classify",
        description = "Scores pictures against labels.",
        footer = {
            "",
            "A picture that can't be read is a line on stderr and, in json and jsonl, an object with the key "
                    + "error; the run goes on and exits 5 (6 if no picture could be read).",
            "",
            "Example: clip classify --labels \"cat,dog,turtle\" --top-k 1 photo.jpg"
        })
public final class ClassifyCommand implements Callable<Integer> {
    private final Session session;

    @ArgGroup(multiplicity = "1")
    private LabelsOrClassifier source = new LabelsOrClassifier();

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private ScoreOptions scores = new ScoreOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, json, jsonl or csv. Default: ${DEFAULT-VALUE}.")
    private ClassificationWriter.Format format = ClassificationWriter.Format.TABLE;

    @Mixin
    private Templates templates = new Templates();

    @Mixin
    private ImageInputs images = new ImageInputs();

    @Mixin
    private DraftOption draft = new DraftOption();

    @Mixin
    private SortOptions sort = new SortOptions();

    public ClassifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = session.terminal();
        List<ImageInput> inputs = images.inputs(terminal, source.fromStdin());
        List<String> labels = source.saved().isPresent() ? List.of() : source.labels(terminal);
        source.check(templates);
        scores.check();
        sort.check();
        ClipOptions options =
                draft.in(images.in(source.withTowers(session.global().clipOptions(inputs.size()))));
        try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(inputs, options);
                Clip opened = model.open(options, session)) {
            LinearClassifier classifier = source.classifier(opened, templates, labels, terminal);
            ScoreOptions.Scorer scorer = scores.scorer(opened, classifier, source);
            if (classifier.labels().size() == 1 && scorer.kind() == ScoreKind.SOFTMAX && !scores.asksForUnknown()) {
                terminal.say(TextRemarks.ALONE);
            }
            Look look = new Look(
                    scores.asksForUnknown(),
                    scorer.kind(),
                    scores.areSingle() ? classifier.labels() : List.of(),
                    // as no-color.org has it
                    session.variable("NO_COLOR").isPresent() ? Optional.empty() : Optional.of(terminal.out()));
            ClassificationWriter writer = format.to(terminal.writer(), look);
            Optional<SortOptions.Sorting> sorting = sort.sorting(terminal);
            Tally tally = new ImageRun(opened, prepared, inputs.size(), terminal).run(shown(scorer, writer, sorting));
            writer.end();
            int notPut = sorting.map(SortOptions.Sorting::end).orElse(0);
            return tally.plus(new Tally(0, notPut)).exitCode().code();
        }
    }

    private ImageRun.Listener shown(
            ScoreOptions.Scorer scorer, ClassificationWriter writer, Optional<SortOptions.Sorting> sorting) {
        return new ImageRun.Listener() {
            @Override
            public void encoded(ImageInput input, Embedding embedding) throws IOException {
                ScoreOptions.Shown shown = scorer.shown(scorer.classifier().classify(embedding));
                writer.scored(input.name(), shown.scores(), shown.verdict());
                sorting.ifPresent(some -> some.put(input, shown.label()));
            }

            @Override
            public void failed(ImageInput input, String reason) throws IOException {
                writer.failed(input.name(), reason);
            }
        };
    }
}
