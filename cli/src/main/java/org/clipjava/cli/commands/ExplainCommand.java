package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clipjava.Classification.Score;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.Tower;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.options.ImageArgument;
import org.clipjava.cli.options.JsonOption;
import org.clipjava.cli.options.LabelOptions;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.PngWriter;
import org.clipjava.cli.report.Explanation;
import org.clipjava.cli.report.Overlay;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageHeader;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Locator;
import org.clipjava.text.PromptTemplate;
import org.clipjava.text.TokenSequence;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip explain}. */
@Command(
        name = "explain",
        description = "Shows every step from a picture and its labels to the scores: "
                + "size, turn, crop, tokens, cosine, logit, softmax.",
        footer = {"", "Example: clip explain --labels \"cat,dog\" photo.jpg"})
public final class ExplainCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--overlay",
            paramLabel = "FILE.png",
            description = "Write the picture with a map of what the best label's score rests on.")
    private Optional<String> overlay = Optional.empty();

    @Mixin
    private ImageArgument image = new ImageArgument();

    public ExplainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (overlay.isPresent() && image.draft()) {
            throw CommandFailure.usage("--overlay is drawn on the whole picture; leave out --draft");
        }
        List<String> list = labels.labels(session.terminal());
        ImageInput input = image.input(session.terminal());
        try (Clip opened =
                labels.open(image.in(session.global().clipOptions(1)).withTowers(Set.of(Tower.values())), session)) {
            overlay.ifPresent(file -> new OutputFile("--overlay", file).check());
            Explanation explanation = explain(opened, list, input);
            if (overlay.isPresent()) {
                draw(opened, explanation, overlay.get());
            }
            session.terminal().print(json.given() ? explanation.toJson() : explanation.toText());
            return ExitCode.OK.code();
        }
    }

    /** The best label is somewhere, however badly it fits. */
    private void draw(Clip opened, Explanation explanation, String file) throws IOException {
        String best = explanation.labels().getFirst().score().label();
        Locator locator =
                Locator.of(opened, List.of(best), labels.templates(opened)).withThreshold(0);
        RgbImage drawn = Overlay.of(explanation.decoded(), locator.locate(explanation.decoded()));
        new OutputFile("--overlay", file).write(session.terminal(), out -> {
            PngWriter.write(drawn, out);
            return ExitCode.OK;
        });
    }

    private Explanation explain(Clip opened, List<String> list, ImageInput input) {
        ImageHeader header;
        RgbImage picture;
        try (EncodedImage encoded = input.open()) {
            header = encoded.header();
            picture = opened.imageDecoder().decodeFor(encoded, opened.preprocessor());
        } catch (IOException e) {
            throw CommandFailure.ofPicture(input.name(), e);
        }
        Embedding embedding = opened.encodeImage(picture);
        List<Score> scores = labels.classifier(opened, list, session.terminal())
                .classify(embedding)
                .scores();
        List<PromptTemplate> sentences = labels.templates(opened);
        return new Explanation(
                input.name(),
                header,
                picture,
                opened.background(),
                opened.draft(),
                opened.preprocessor().config(),
                opened.preprocessor().geometry(picture.height(), picture.width()),
                embedding.norm(),
                opened.logitScale(),
                opened.logitBias(),
                opened.config().scoring(),
                opened.info().tokenizer(),
                scores.stream()
                        .map(score -> new Explanation.Label(
                                score,
                                sentences.stream()
                                        .map(sentence -> prompt(opened, sentence.format(score.label())))
                                        .toList()))
                        .toList());
    }

    private static Explanation.Prompt prompt(Clip opened, String text) {
        TokenSequence ids = opened.tokenizer().encode(text);
        return new Explanation.Prompt(text, ids, opened.tokenizer().tokens(ids));
    }
}
