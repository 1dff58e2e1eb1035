package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.eval.LabelMap;
import org.clipjava.eval.LabelledImages;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The labelled pictures of a command line: where they are, and what their folders' names mean. */
final class LabelledInput {
    @Parameters(paramLabel = "DIR", description = "Class folders, or a list of file and label.")
    private Path images = Path.of("");

    @Option(
            names = "--labels-map",
            paramLabel = "MAP",
            description = "What the folders' names mean: imagenette, imagenet, or a file of folder and label "
                    + "(.csv, .tsv or .jsonl). Unless given, names are labels.")
    private Optional<String> labelsMap = Optional.empty();

    Path path() {
        return images;
    }

    LabelMap map() {
        return labelsMap
                .map(name -> LabelMap.builtIn(name)
                        .orElseGet(() -> reading("--labels-map " + name, name, () -> LabelMap.read(Path.of(name)))))
                .orElseGet(LabelMap::identity);
    }

    /** All pictures, none of them read yet. */
    LabelledImages pictures(LabelMap map) {
        return reading(images.toString(), images.toString(), () -> LabelledImages.of(images, map));
    }

    /** The same among other labels. */
    LabelledImages among(LabelledImages pictures, List<String> labels) {
        return reading(images.toString(), images.toString(), () -> pictures.among(labels));
    }

    /** What {@code what}, of the path {@code name}, holds; what is wrong with it is the user's to mend. */
    static <T> T reading(String what, String name, ModelOption.Reading<T> action) {
        try {
            return action.read();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, what + ": " + Reason.of(e, name), e);
        } catch (InvalidPathException e) {
            throw new CommandFailure(ExitCode.USAGE, what + ": not a path", e);
        }
    }
}
