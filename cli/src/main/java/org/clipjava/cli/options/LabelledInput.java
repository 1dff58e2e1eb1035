package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.LinearClassifier;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.TextRemarks;
import org.clipjava.eval.DatasetException;
import org.clipjava.eval.LabelMap;
import org.clipjava.eval.LabelledImages;
import org.clipjava.text.PromptTemplate;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The labelled pictures of a command line: where they are, and what their folders' names mean. */
public final class LabelledInput {
    @Parameters(
            paramLabel = "DIR",
            description = "A folder for each label, or a list of file and label: .csv, .tsv or .jsonl; where it has "
                    + "more columns, its first line names them.")
    private Path images = Path.of("");

    @Option(
            names = "--labels-map",
            paramLabel = "MAP",
            description = "What the folders' names mean: imagenette, imagenet, a file of folder and label (.csv, .tsv,"
                    + " .json or .jsonl), or one of labels alone (.txt, .json) in the order of the folders' names."
                    + " Default: names are labels.")
    private Optional<String> labelsMap = Optional.empty();

    @Mixin
    private BackgroundOption background = new BackgroundOption();

    @Mixin
    private DecoderOption decoder = new DecoderOption();

    @Mixin
    private DraftOption draft = new DraftOption();

    /** The same options with what is seen through transparent pictures, drafting if that is asked for. */
    public ClipOptions in(ClipOptions options) {
        return draft.in(decoder.in(background.in(options)));
    }

    public Path path() {
        return images;
    }

    public LabelMap map() {
        return labelsMap
                .map(name -> LabelMap.builtIn(name)
                        .orElseGet(() ->
                                reading("--labels-map " + name, name, () -> LabelMap.read(Path.of(name), images))))
                .orElseGet(LabelMap::identity);
    }

    /** All pictures, none of them read yet. */
    public LabelledImages pictures(LabelMap map) {
        return reading(images.toString(), images.toString(), () -> LabelledImages.of(images, map));
    }

    /** Says what may not have been meant. */
    public void sayRemarks(LabelledImages pictures, Terminal terminal) {
        pictures.remarks().forEach(terminal::say);
    }

    /** The zero-shot classifier of these pictures' labels; says what the model does not read of them. */
    public LinearClassifier classifier(
            LabelledImages pictures, Clip clip, List<PromptTemplate> templates, Terminal terminal) {
        sayOfPrompts(pictures, clip, templates, terminal);
        return pictures.classifier(clip, templates);
    }

    /** Says what the model does not read of the labels. */
    public void sayOfPrompts(LabelledImages pictures, Clip clip, List<PromptTemplate> templates, Terminal terminal) {
        List<String> distinct = pictures.texts().stream().distinct().toList();
        TextRemarks.ofPrompts(clip, distinct, templates).forEach(terminal::say);
    }

    /** The same among other labels. */
    public LabelledImages among(LabelledImages pictures, List<String> labels) {
        return reading(images.toString(), images.toString(), () -> pictures.among(labels));
    }

    /** What {@code what}, of the path {@code name}, holds; what is wrong with it is the user's to mend. */
    public static <T> T reading(String what, String name, ModelFailure.Reading<T> action) {
        try {
            return action.read();
        } catch (DatasetException e) {
            // Begins with the file's name, and often goes on with a line.
            String message = String.valueOf(e.getMessage());
            throw CommandFailure.usage(
                    message.startsWith(name)
                            ? what.substring(0, what.length() - name.length()) + message
                            : what + ": " + message,
                    e);
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, what, name, e);
        } catch (InvalidPathException e) {
            throw CommandFailure.usage(what + ": not a path", e);
        }
    }
}
