package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import picocli.CommandLine.Option;

/** {@code --labels} or {@code --labels-file}: at least one label, none blank, none twice. */
class Labels {
    private static final int LONGEST_SHOWN = 80;

    @Option(
            names = "--labels",
            paramLabel = "A,B,C",
            required = true,
            description = "The labels, comma-separated; one that holds a comma needs --labels-file.")
    private String list = "";

    @Option(
            names = "--labels-file",
            paramLabel = "FILE",
            required = true,
            description = "A file with one label a line, UTF-8; blank lines are skipped.")
    private String file = "";

    /** Whether there are any, where they may be left out. */
    boolean given() {
        return !list.isEmpty() || !file.isEmpty();
    }

    List<String> labels() {
        return file.isEmpty() ? split(list) : read(Path.of(file));
    }

    static List<String> split(String list) {
        List<String> labels =
                Arrays.stream(list.split(",", -1)).map(String::strip).toList();
        if (labels.contains("")) {
            throw CommandFailure.usage("--labels: label " + (labels.indexOf("") + 1) + " of " + labels.size()
                    + " is blank; expected a,b,c");
        }
        return unique(labels, "--labels");
    }

    static List<String> read(Path file) {
        List<String> labels = new ArrayList<>();
        try {
            for (String line : Lines.of(Files.readAllBytes(file))) {
                if (!line.isBlank()) {
                    labels.add(line.strip());
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "--labels-file " + file + ": " + Reason.of(e, file.toString()), e);
        }
        if (labels.isEmpty()) {
            throw CommandFailure.usage("--labels-file " + file + ": holds no label; expected one a line");
        }
        return unique(labels, "--labels-file " + file);
    }

    private static List<String> unique(List<String> labels, String where) {
        SequencedSet<String> seen = new LinkedHashSet<>();
        for (String label : labels) {
            if (label.indexOf('\0') >= 0) {
                throw CommandFailure.usage(
                        where + ": the label '" + shown(label) + "' has a zero character in it; is " + "it text?");
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
