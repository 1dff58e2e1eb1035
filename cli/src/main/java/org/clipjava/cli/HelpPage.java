package org.clipjava.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help of a command, as wide as the terminal, with words whole and without the shared options that mean nothing to it. Picocli breaks
 * words at hyphens and colons; so it writes lines that do not end, and they are wrapped here.
 */
final class HelpPage {
    /** Columns that no line of a help needs. */
    private static final int ENDLESS = 4000;

    private static final List<String> OF_MODELS = List.of("--threads", "--backend", "--kernels", "--allow-nonfinite");

    /** Shared options that a command, or each command under it, takes and does not look at. */
    private static final Map<String, List<String>> MEANINGLESS = Map.of(
            "clip pull", OF_MODELS,
            "clip models", OF_MODELS,
            "clip inspect", OF_MODELS,
            "clip tokenize", OF_MODELS,
            "clip preprocess", OF_MODELS,
            "clip embed", OF_MODELS,
            "clip doctor", List.of("--allow-nonfinite"));

    /** Names, a gap, and what is said of them. */
    private static final Pattern ROW = Pattern.compile("( *\\S+(?: \\S+)*  +)\\S.*");

    private static final Pattern INDENT = Pattern.compile(" *");

    private final IntSupplier width;

    /** @param width columns of a line, asked for when a help is shown */
    HelpPage(IntSupplier width) {
        this.width = width;
    }

    void setUp(CommandLine commandLine) {
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(commandLine.getHelpSectionMap());
        sections.replaceAll((name, section) -> help -> wrapped(
                meaningful(section.render(help), help.commandSpec()),
                name.equals(UsageMessageSpec.SECTION_KEY_SYNOPSIS) ? " ".repeat(help.synopsisHeadingLength()) : "",
                help.commandSpec().qualifiedName()));
        commandLine.setHelpSectionMap(sections).setHelpFactory(HelpPage::help);
    }

    private static Help help(CommandSpec spec, ColorScheme colors) {
        spec.usageMessage().width(ENDLESS);
        return new Help(spec, colors);
    }

    /** Without the options that mean nothing: picocli would hide one that is inherited nowhere or everywhere. */
    private static String meaningful(String text, CommandSpec spec) {
        String command = spec.qualifiedName();
        List<String> options =
                command.startsWith("clip models ") ? OF_MODELS : MEANINGLESS.getOrDefault(command, List.of());
        String rest = text;
        for (String option : options) {
            rest = rest.replaceAll("(?m)^ +" + option + "\\b.*\\R| \\[" + option + "\\b\\S*", "");
        }
        return rest;
    }

    /** The synopsis stands behind its heading, and goes on where its command ends. */
    private String wrapped(String text, String heading, String command) {
        int columns = width.getAsInt();
        if (!text.endsWith("\n")) {
            return text; // the synopsis' heading
        }
        boolean synopsis = !heading.isEmpty();
        return text.lines()
                .map(line -> heading + line.stripTrailing())
                .map(line ->
                        wrap(line, columns, synopsis ? heading.length() + command.length() + 1 : hangingIndent(line)))
                .map(line -> line.substring(heading.length()) + System.lineSeparator())
                .collect(Collectors.joining());
    }

    private static int hangingIndent(String line) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
            return row.group(1).length();
        }
        Matcher indent = INDENT.matcher(line);
        return indent.lookingAt() ? indent.end() : 0;
    }

    /** A line as several of at most so many columns, unless a word is longer; all but the first begin with {@code indent} spaces. */
    static String wrap(String line, int columns, int indent) {
        if (line.length() <= columns) {
            return line;
        }
        int end = line.lastIndexOf(' ', columns);
        if (end < 0 || line.substring(0, end).isBlank()) {
            end = line.indexOf(' ', line.length() - line.stripLeading().length());
        }
        if (end < 0) {
            return line;
        }
        String rest = " ".repeat(indent) + line.substring(end).strip();
        return line.substring(0, end).stripTrailing() + System.lineSeparator() + wrap(rest, columns, indent);
    }
}
