package org.clipjava.cli.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.io.LabelRules;

/** Labels as users list them: at least one, none blank, none twice. */
public final class LabelList {
    private LabelList() {}

    /** Those of {@code --labels}, between commas. */
    public static List<String> split(String list) {
        List<String> labels =
                Arrays.stream(list.split(",", -1)).map(String::strip).toList();
        return checked(labels, "--labels", labels.contains("") ? "; expected a,b,c" : "");
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
        return checked(labels, option, "");
    }

    private static List<String> checked(List<String> labels, String where, String cure) {
        LabelRules.problem(labels).ifPresent(problem -> {
            throw CommandFailure.usage(where + ": " + problem + cure);
        });
        return List.copyOf(labels);
    }
}
