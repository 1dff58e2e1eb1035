package org.clipjava.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.LinearClassifier;
import org.clipjava.Tower;
import org.clipjava.cli.ClassificationWriter.Verdict;
import org.clipjava.safetensors.ModelFormatException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code clip classify}. */
@Command(
        name = "classify",
        description = "Scores pictures against labels.",
        footer = {
            "",
            "A picture that can't be read is a line on stderr and, in json and jsonl, an object with the key error;",
            "the run goes on and exits 5 (6 if no picture could be read)."
        })
final class ClassifyCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Mixin
    private ModelOption model = new ModelOption();

    @ArgGroup(multiplicity = "1")
    private LabelsOrClassifier source = new LabelsOrClassifier();

    @Mixin
    private Templates templates = new Templates();

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Show the best K labels; all unless given. Scores are over all labels.")
    private Optional<Integer> topK = Optional.empty();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json, jsonl or csv; table unless given.")
    private ClassificationWriter.Format format = ClassificationWriter.Format.TABLE;

    @Option(
            names = "--unknown",
            description =
                    "Say where a picture is none of the labels: its best label is not above that label's threshold, "
                            + "which 'clip calibrate' sets.")
    private boolean unknown;

    @Mixin
    private ImageInputs images = new ImageInputs();

    /** Labels to encode, or those that were. */
    static final class LabelsOrClassifier extends Labels {
        @Option(
                names = "--classifier",
                paramLabel = "FILE",
                required = true,
                description = "What 'clip labels', 'calibrate' or 'eval' made; the text tower is not loaded.")
        private Optional<Path> classifier = Optional.empty();

        Optional<Path> classifier() {
            return classifier;
        }
    }

    @Override
    public Integer call() throws IOException {
        Optional<Path> saved = source.classifier;
        List<String> labels = saved.isPresent() ? List.of() : source.labels();
        if (saved.isPresent() && templates.given()) {
            throw CommandFailure.usage("--template goes into the classifier: give it to 'clip labels'");
        }
        templates.check();
        if (topK.isPresent() && topK.get() < 1) {
            throw CommandFailure.usage("--top-k: expected at least 1, found " + topK.get());
        }
        if (unknown && saved.isEmpty()) {
            throw CommandFailure.usage("--unknown needs thresholds: give the --classifier that 'clip calibrate' made");
        }
        Terminal terminal = clip.terminal();
        List<ImageInput> inputs = images.inputs(terminal);
        ClipOptions options = clip.globalOptions().clipOptions(inputs.size());
        if (saved.isPresent()) {
            options = options.withTowers(Set.of(Tower.IMAGE));
        }
        try (ImagePipeline<ImageInput> prepared = ImageRun.prepare(inputs, options);
                Clip opened = model.open(options, clip)) {
            LinearClassifier classifier = saved.isPresent()
                    ? load(saved.get(), opened)
                    : templates.classifier(opened, labels).linear();
            if (unknown && classifier.thresholds().isEmpty()) {
                throw CommandFailure.usage("--unknown: " + saved.get() + " has no thresholds; give the file to "
                        + "'clip calibrate --classifier', which sets them");
            }
            int shown =
                    Math.min(topK.orElse(Integer.MAX_VALUE), classifier.labels().size());
            Writer out = terminal.writer();
            ClassificationWriter writer = format.to(out, unknown);
            ExitCode exitCode = new ImageRun(opened, prepared, inputs.size(), terminal).run(new ImageRun.Listener() {
                @Override
                public void encoded(ImageInput input, Embedding embedding) throws IOException {
                    Classification classification = classifier.classify(embedding);
                    writer.scored(input.name(), classification.top(shown), verdict(classifier, classification));
                }

                @Override
                public void failed(ImageInput input, String reason) throws IOException {
                    writer.failed(input.name(), reason);
                }
            });
            writer.end();
            return exitCode.code();
        }
    }

    private Verdict verdict(LinearClassifier classifier, Classification classification) {
        if (!unknown) {
            return Verdict.NOT_ASKED;
        }
        return classifier.accepted(classification).isPresent() ? Verdict.KNOWN : Verdict.UNKNOWN;
    }

    static LinearClassifier load(Path file, Clip clip) {
        try {
            return LinearClassifier.load(file, clip);
        } catch (ModelFormatException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "--classifier " + file + ": " + Reason.of(e, file.toString()), e);
        }
    }
}
