package org.clipjava.cli.output;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Rows of RFC 4180, ended by {@code \n} as everything on stdout is. */
public final class Csv {
    private Csv() {}

    public static String row(String... fields) {
        return Arrays.stream(fields).map(Csv::field).collect(Collectors.joining(",", "", "\n"));
    }

    /**
     * A text of a stranger's - a name, a label - as a field that a spreadsheet shows and does not run: before {@code =}, {@code +},
     * {@code -}, {@code @}, a tab or a carriage return at its beginning stands an apostrophe.
     */
    public static String text(String text) {
        return text.length() > 1 && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String field(String text) {
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
