package org.clipjava.eval.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a page came about. Immutable and thread-safe.
 *
 * @param time when it was made
 * @param program with its version
 * @param command what was typed, word by word
 */
public record Origin(Instant time, String program, List<String> command) {
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Copies the list. */
    public Origin {
        command = List.copyOf(command);
    }

    void html(HtmlWriter page) {
        page.open("footer")
                .element("p", "Made on " + MINUTES.format(time) + " by " + program + ":")
                .open("pre")
                .element("code", commandLine())
                .close("pre")
                .close("footer");
    }

    /** As a POSIX shell reads it. */
    private String commandLine() {
        return command.stream().map(Origin::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
