package org.clipjava.cli.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;

/** Labels as users list them: at least one, none blank, none twice. */
public final class LabelList {
    private static final int LONGEST_SHOWN = 80;

    private LabelList() {}

    /** Those of {@code --labels}, between commas. */
    public static List<String> split(String list) {
        List<String> labels =
                Arrays.stream(list.split(",", -1)).map(String::strip).toList();
        if (labels.contains("")) {
            throw CommandFailure.usage("--labels: label " + (labels.indexOf("") + 1) + " of " + labels.size()
                    + " is blank; expected a,b,c");
        }
        return unique(labels, "--labels");
    }

    /** Those of {@code --labels-file}, one a line; blank lines are skipped. */
    public static List<String> read(Path file) {
        String option = "--labels-file " + file;
        List<String> labels = new ArrayList<>();
        try {
            for (String line : Lines.of(Files.readAllBytes(file))) {
                if (!line.isBlank()) {
                    labels.add(line.strip());
                }
            }
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.USAGE, option, file.toString(), e);
        }
        if (labels.isEmpty()) {
            throw CommandFailure.usage(option + ": holds no label; expected one a line");
        }
        return unique(labels, option);
    }

    private static List<String> unique(List<String> labels, String where) {
        SequencedSet<String> seen = new LinkedHashSet<>();
        for (String label : labels) {
            if (label.indexOf('\0') >= 0) {
                throw CommandFailure.usage(
                        where + ": the label '" + shown(label) + "' has a zero character in it; is it text?");
            }
            if (!seen.add(label)) {
                // Two equal labels would share one score between them: that is never what was meant.
                throw CommandFailure.usage(where + ": the label '" + shown(label) + "' is there twice; remove one");
            }
        }
        return List.copyOf(seen);
    }

    private static String shown(String label) {
        return label.length() <= LONGEST_SHOWN ? label : label.substring(0, LONGEST_SHOWN) + "…";
    }
}
