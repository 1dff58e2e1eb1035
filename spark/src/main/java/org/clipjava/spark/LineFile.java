package org.clipjava.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.io.FileFailure;

/** A file with one text a line, UTF-8. */
final class LineFile {
    private LineFile() {}

    /**
     * Its lines without the empty ones.
     *
     * @param option that names the file
     * @param what stands on a line, for messages
     * @throws JobFailure if it can't be read or holds nothing
     */
    static List<String> read(String option, String file, String what) {
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(file)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new JobFailure(
                    JobFailure.ExitCode.USAGE, option + " " + file + ": " + FileFailure.reason(e, file), e);
        }
        if (lines.isEmpty()) {
            throw JobFailure.usage(option + " " + file + ": holds no " + what + "; expected one a line");
        }
        return lines;
    }
}
