package org.clipjava.cli.output;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Rows of RFC 4180, ended by {@code \n} as everything on stdout is. */
public final class Csv {
    private Csv() {}

    public static String row(String... fields) {
        return Arrays.stream(fields).map(Csv::field).collect(Collectors.joining(",", "", "\n"));
    }

    private static String field(String text) {
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
