package org.clipjava.cli;

import java.util.List;
import java.util.Locale;
import org.clipjava.cli.output.Version;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's manual page, in roff's macros for manuals. */
final class ManualPage {
    private ManualPage() {}

    /** As {@code clip-models-list}. */
    static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    static String of(CommandSpec command) {
        StringBuilder page = new StringBuilder();
        page.append(".TH \"%s\" 1 \"\" \"clip %s\" \"\"\n"
                .formatted(name(command).toUpperCase(Locale.ROOT), Version.ofJar()));
        page.append(".SH NAME\n%s \\- %s\n"
                .formatted(escaped(name(command)), text(command.usageMessage().description())));
        page.append(".SH SYNOPSIS\n.B %s\n".formatted(escaped(command.qualifiedName())));
        page.append(command.subcommands().isEmpty() ? "[OPTIONS]" : "[OPTIONS] COMMAND");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            page.append(' ').append(escaped(parameter.paramLabel()));
        }
        page.append('\n');
        if (!command.positionalParameters().isEmpty()) {
            page.append(".SH ARGUMENTS\n");
            command.positionalParameters().forEach(it -> item(page, it.paramLabel(), it));
        }
        if (!command.subcommands().isEmpty()) {
            page.append(".SH COMMANDS\n");
            command.subcommands().values().stream()
                    .map(line -> line.getCommandSpec())
                    .filter(it -> !it.usageMessage().hidden())
                    .forEach(it -> page.append(".TP\n.B %s\n%s\n"
                            .formatted(
                                    escaped(it.name()), text(it.usageMessage().description()))));
        }
        page.append(".SH OPTIONS\n");
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                String names = String.join(", ", option.names());
                item(page, option.arity().max() > 0 ? names + " " + option.paramLabel() : names, option);
            }
        }
        String footer = lines(command.usageMessage().footer());
        if (!footer.isBlank()) {
            page.append(".SH NOTES\n.nf\n").append(footer).append(".fi\n");
        }
        if (!command.subcommands().isEmpty() && command.parent() == null) {
            page.append(".SH EXIT STATUS\n");
            command.usageMessage()
                    .exitCodeList()
                    .forEach((code, meaning) -> page.append(".TP\n.B %s\n%s\n".formatted(code, escaped(meaning))));
        }
        return page.toString();
    }

    private static void item(StringBuilder page, String what, ArgSpec argument) {
        page.append(".TP\n.B %s\n%s\n".formatted(escaped(what), text(argument.description())));
    }

    /** On one line, as a paragraph. */
    static String text(String... description) {
        return escaped(plain(description));
    }

    /** What picocli would print of a description, on one line. */
    static String plain(String... description) {
        return String.join(" ", description)
                .replace("%n", " ")
                .replace("%%", "%")
                .replaceAll("@\\|\\w+ (.*?)\\|@", "$1")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String lines(String... footer) {
        StringBuilder lines = new StringBuilder();
        for (String line : List.of(footer)) {
            lines.append(escaped(line.replace("%n", "").replace("%%", "%"))).append('\n');
        }
        return lines.toString();
    }

    /** A backslash and a dash mean something to roff, and a dot or a quote at a line's beginning. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
