package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.LinearClassifier;
import org.clipjava.Tower;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.safetensors.ModelFormatException;
import picocli.CommandLine.Option;

/** Labels to encode, or a file of those that were. */
public final class LabelsOrClassifier extends Labels {
    @Option(
            names = "--classifier",
            paramLabel = "FILE",
            required = true,
            description = "What 'clip labels', 'calibrate' or 'eval' made; the text tower is not loaded.")
    private Optional<Path> classifier = Optional.empty();

    /** The file, if that is what was given. */
    public Optional<Path> saved() {
        return classifier;
    }

    /** Complains before anything is loaded. */
    public void check(Templates templates) {
        if (classifier.isPresent() && templates.given()) {
            throw CommandFailure.usage("--template goes into the classifier: give it to 'clip labels'");
        }
        templates.check();
    }

    /** A saved classifier needs no text tower; labels need both. */
    public ClipOptions withTowers(ClipOptions options) {
        return options.withTowers(classifier.isPresent() ? Set.of(Tower.IMAGE) : Set.of(Tower.values()));
    }

    /** The saved classifier, or one of these labels. */
    public LinearClassifier classifier(Clip clip, Templates templates, List<String> labels, Terminal terminal) {
        return classifier.isPresent()
                ? load(classifier.get(), clip)
                : templates.classifier(clip, labels, terminal).linear();
    }

    private static LinearClassifier load(Path file, Clip clip) {
        try {
            return LinearClassifier.load(file, clip);
        } catch (ModelFormatException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, "--classifier " + file, file.toString(), e);
        }
    }
}
