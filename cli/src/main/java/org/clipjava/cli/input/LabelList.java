package org.clipjava.cli.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.eval.DatasetException;
import org.clipjava.eval.LabelFile;
import org.clipjava.io.LabelRules;
import org.clipjava.io.Shown;

/** Labels as users list them: at least one, none blank, none twice. */
public final class LabelList {
    /** So many that are there twice are named. */
    private static final int NAMED = 5;

    private LabelList() {}

    /** Those of {@code --labels}: between commas, in quotes where they hold one, or a JSON list. */
    public static List<String> split(String list) {
        List<String> labels;
        try {
            labels = LabelFile.split("--labels", list);
        } catch (DatasetException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), e);
        }
        return checked(labels, "--labels", labels.contains("") ? "; expected a,b,c" : "");
    }

    /** Those of {@code --labels-file}: one a line, JSON, or a table; {@code -} is stdin. */
    public static List<String> read(String file, Terminal terminal) {
        String option = "--labels-file " + file;
        List<String> labels;
        try {
            labels = LabelFile.read(
                    file, file.equals("-") ? terminal.in().readAllBytes() : Files.readAllBytes(Path.of(file)));
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, option, file, e);
        } catch (InvalidPathException e) {
            throw CommandFailure.usage(option + ": not a path", e);
        }
        if (labels.isEmpty()) {
            throw CommandFailure.usage(option + ": holds no label; expected one a line");
        }
        return checked(labels, option, "");
    }

    private static List<String> checked(List<String> labels, String where, String cure) {
        List<String> twice = labels.stream()
                .filter(label -> Collections.frequency(labels, label) > 1)
                .distinct()
                .toList();
        if (twice.size() > 1 && !twice.contains("")) {
            throw CommandFailure.usage(where + ": the labels "
                    + twice.stream()
                            .limit(NAMED)
                            .map(label -> "'" + Shown.text(label) + "'")
                            .collect(Collectors.joining(", "))
                    + (twice.size() > NAMED ? " and " + (twice.size() - NAMED) + " more" : "")
                    + " are there twice; remove one of each (eval takes such a list as --labels-map)");
        }
        LabelRules.problem(labels).ifPresent(problem -> {
            throw CommandFailure.usage(where + ": " + problem + cure);
        });
        return List.copyOf(labels);
    }
}
