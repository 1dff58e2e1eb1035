package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.input.ImageRun;
import org.clipjava.cli.options.ImageInputs;
import org.clipjava.cli.options.LabelsOrClassifier;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.Templates;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.ClassificationWriter;
import org.clipjava.cli.report.ClassificationWriter.Verdict;
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

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Show the best K labels. Scores are over all labels. Default: all.")
    private Optional<Integer> topK = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, json, jsonl or csv. Default: ${DEFAULT-VALUE}.")
    private ClassificationWriter.Format format = ClassificationWriter.Format.TABLE;

    @Mixin
    private Templates templates = new Templates();

    @Mixin
    private ImageInputs images = new ImageInputs();

    @Option(
            names = "--unknown",
            description =
                    "Say where a picture is none of the labels: its best label is not above that label's threshold, "
                            + "which 'clip calibrate' sets.")
    private boolean unknown;

    public ClassifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = session.terminal();
        List<ImageInput> inputs = images.inputs(terminal, source.fromStdin());
        List<String> labels = source.saved().isPresent() ? List.of() : source.labels(terminal);
        source.check(templates);
        if (topK.isPresent() && topK.get() < 1) {
            throw CommandFailure.usage("--top-k: expected at least 1, found " + topK.get());
        }
        if (unknown && source.saved().isEmpty()) {
            throw CommandFailure.usage("--unknown needs thresholds: give the --classifier that 'clip calibrate' made");
        }
        ClipOptions options = source.withTowers(session.global().clipOptions(inputs.size()));
        try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(inputs, options);
                Clip opened = model.open(options, session)) {
            LinearClassifier classifier = source.classifier(opened, templates, labels, terminal);
            if (unknown && classifier.thresholds().isEmpty()) {
                throw CommandFailure.usage("--unknown: " + source.saved().orElseThrow()
                        + " has no thresholds; give the file to 'clip calibrate --classifier', which sets them");
            }
            ClassificationWriter writer = format.to(terminal.writer(), unknown);
            Tally tally = new ImageRun(opened, prepared, inputs.size(), terminal).run(shown(classifier, writer));
            writer.end();
            return tally.exitCode().code();
        }
    }

    private ImageRun.Listener shown(LinearClassifier classifier, ClassificationWriter writer) {
        int shown = Math.min(topK.orElse(Integer.MAX_VALUE), classifier.labels().size());
        return new ImageRun.Listener() {
            @Override
            public void encoded(ImageInput input, Embedding embedding) throws IOException {
                Classification classification = classifier.classify(embedding);
                writer.scored(input.name(), classification.top(shown), verdict(classifier, classification));
            }

            @Override
            public void failed(ImageInput input, String reason) throws IOException {
                writer.failed(input.name(), reason);
            }
        };
    }

    private Verdict verdict(LinearClassifier classifier, Classification classification) {
        if (!unknown) {
            return Verdict.NOT_ASKED;
        }
        return classifier.accepted(classification).isPresent() ? Verdict.KNOWN : Verdict.UNKNOWN;
    }
}
