package org.clipjava.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.PromptTemplate;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.image.ImageDecoder;
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
    private Labels labels;

    @Option(
            names = "--template",
            paramLabel = "TEXT",
            description = "The prompt; {} or {label} is the label's place. Repeat it to average several. "
                    + "Unless given: the model's own, as a rule 'a photo of a {}'.")
    private List<String> templates = new ArrayList<>();

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Show the best K labels; all unless given. Scores are over all labels.")
    private Optional<Integer> topK = Optional.empty();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json, jsonl or csv; table unless given.")
    private ClassificationWriter.Format format = ClassificationWriter.Format.TABLE;

    @Mixin
    private ImageInputs images = new ImageInputs();

    @Override
    public Integer call() throws IOException {
        List<String> labelList = labels.labels();
        List<PromptTemplate> templateList =
                templates.stream().map(ClassifyCommand::template).toList();
        if (topK.isPresent() && topK.get() < 1) {
            throw CommandFailure.usage("--top-k: expected at least 1, found " + topK.get());
        }
        int shown = topK.orElse(labelList.size());
        Terminal terminal = clip.terminal();
        List<ImageInput> inputs = images.inputs(terminal);
        ClipOptions options = clip.globalOptions().clipOptions();
        try (PreparedImages prepared = PreparedImages.start(inputs, ImageDecoder.imageIo(), options.threads());
                Clip opened = model.open(options)) {
            ZeroShotClassifier classifier = templateList.isEmpty()
                    ? ZeroShotClassifier.of(opened, labelList)
                    : ZeroShotClassifier.of(opened, labelList, templateList);
            Writer out = terminal.writer();
            ClassificationWriter writer = format.to(out);
            ExitCode exitCode = new ImageRun(opened, prepared, inputs.size(), terminal).run(new ImageRun.Listener() {
                @Override
                public void encoded(ImageInput input, Embedding embedding) throws IOException {
                    Classification classification = classifier.classify(embedding);
                    writer.scored(input.name(), classification.top(Math.min(shown, labelList.size())));
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

    private static PromptTemplate template(String text) {
        try {
            return PromptTemplate.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "--template '" + text + "': " + e.getMessage(), e);
        }
    }
}
