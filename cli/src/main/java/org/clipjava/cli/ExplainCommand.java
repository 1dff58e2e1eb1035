package org.clipjava.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.clipjava.Classification.Score;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.PromptTemplate;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImageHeader;
import org.clipjava.image.RgbImage;
import org.clipjava.text.TokenSequence;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip explain}. */
@Command(
        name = "explain",
        description = "Shows every step from a picture and its labels to the scores: "
                + "size, turn, crop, tokens, cosine, logit, softmax.")
final class ExplainCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Mixin
    private ModelOption model = new ModelOption();

    @ArgGroup(multiplicity = "1")
    private Labels labels;

    @Mixin
    private Templates templates = new Templates();

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Parameters(paramLabel = "IMAGE", description = "The picture; - reads it from stdin.")
    private String image = "-";

    @Override
    public Integer call() throws IOException {
        List<String> labelList = labels.labels();
        templates.check();
        Terminal terminal = clip.terminal();
        try (Clip opened = model.open(clip.globalOptions().clipOptions(1), clip)) {
            Explanation explanation = explain(opened, labelList, terminal);
            Writer out = terminal.writer();
            out.write(json ? explanation.toJson() : explanation.toText());
            out.flush();
            return ExitCode.OK.code();
        }
    }

    private Explanation explain(Clip opened, List<String> labelList, Terminal terminal) {
        ImageHeader header;
        RgbImage picture;
        try {
            EncodedImage encoded = EncodedImage.of(read(terminal), image);
            header = encoded.header();
            picture = ImageInput.decoder().decode(encoded);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.ALL_INPUTS_FAILED, image + ": " + Reason.of(e, image), e);
        }
        Embedding embedding = opened.encodeImage(picture);
        List<Score> scores =
                templates.classifier(opened, labelList).classify(embedding).scores();
        List<PromptTemplate> sentences = templates.orDefault(opened);
        return new Explanation(
                image,
                header,
                picture,
                opened.preprocessor().config(),
                opened.preprocessor().geometry(picture.height(), picture.width()),
                embedding.norm(),
                opened.logitScale(),
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

    private byte[] read(Terminal terminal) throws IOException {
        if (image.equals("-")) {
            return bounded(terminal.in());
        }
        Path path;
        try {
            path = Path.of(image);
        } catch (InvalidPathException e) {
            throw new IOException("not a path: " + e.getReason(), e);
        }
        if (Files.isDirectory(path)) {
            throw new IOException("is a folder; name a picture in it");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return bounded(in);
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(ImageDecoder.MAX_ENCODED_BYTES + 1);
        if (bytes.length > ImageDecoder.MAX_ENCODED_BYTES) {
            throw new IOException("expected at most " + ImageDecoder.MAX_ENCODED_BYTES + " bytes, found more");
        }
        return bytes;
    }
}
