package org.clipjava.testdata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of documentation: its lines, links and headings, as far as a test of links needs them. */
record MarkdownPage(Path file, List<String> lines) {
    private static final Pattern HEADING = Pattern.compile("(#{1,6}) +(.*?) *#*");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|href|srcset)=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern LINKED_TEXT = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");

    static MarkdownPage read(Path file) {
        try {
            return new MarkdownPage(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A heading and its number of {@code #}. */
    record Heading(int level, String text, String anchor) {}

    /** What links point to, as it is written; those in code are not links. */
    List<String> links() {
        List<String> links = new ArrayList<>();
        for (String line : prose()) {
            Matcher link = LINK.matcher(CODE.matcher(line).replaceAll(""));
            while (link.find()) {
                links.add(link.group(1) != null ? link.group(1) : link.group(2));
            }
        }
        return links;
    }

    /** The headings, with the anchors that GitHub gives them. */
    List<Heading> headings() {
        List<Heading> headings = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : prose()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String text = LINKED_TEXT.matcher(heading.group(2)).replaceAll("$1");
                String anchor = text.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "")
                        .replace(' ', '-');
                int before = seen.merge(anchor, 1, Integer::sum) - 1;
                headings.add(
                        new Heading(heading.group(1).length(), text, before == 0 ? anchor : anchor + "-" + before));
            }
        }
        return headings;
    }

    /** The lines that are not in a fenced block of code. */
    List<String> prose() {
        List<String> prose = new ArrayList<>();
        boolean code = false;
        for (String line : lines) {
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (!code) {
                prose.add(line);
            }
        }
        return prose;
    }
}
