package org.clipjava.cli.options;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.eval.LabelMap;
import org.clipjava.eval.LabelledImages;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The labelled pictures of a command line: where they are, and what their folders' names mean. */
public final class LabelledInput {
    @Parameters(
            paramLabel = "DIR",
            description = "A folder for each label, or a list of file and label: .csv, .tsv or .jsonl.")
    private Path images = Path.of("");

    @Option(
            names = "--labels-map",
            paramLabel = "MAP",
            description = "What the folders' names mean: imagenette, imagenet, or a file of folder and label "
                    + "(.csv, .tsv or .jsonl). Default: names are labels.")
    private Optional<String> labelsMap = Optional.empty();

    public Path path() {
        return images;
    }

    public LabelMap map() {
        return labelsMap
                .map(name -> LabelMap.builtIn(name)
                        .orElseGet(() -> reading("--labels-map " + name, name, () -> LabelMap.read(Path.of(name)))))
                .orElseGet(LabelMap::identity);
    }

    /** All pictures, none of them read yet. */
    public LabelledImages pictures(LabelMap map) {
        return reading(images.toString(), images.toString(), () -> LabelledImages.of(images, map));
    }

    /** The same among other labels. */
    public LabelledImages among(LabelledImages pictures, List<String> labels) {
        return reading(images.toString(), images.toString(), () -> pictures.among(labels));
    }

    /** What {@code what}, of the path {@code name}, holds; what is wrong with it is the user's to mend. */
    public static <T> T reading(String what, String name, ModelFailure.Reading<T> action) {
        try {
            return action.read();
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, what, name, e);
        } catch (InvalidPathException e) {
            throw CommandFailure.usage(what + ": not a path", e);
        }
    }
}
