package org.clipjava.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What shells propose where a command, an option or a file can stand. Picocli writes bash's. */
final class Completions {
    private final List<CommandSpec> commands;

    /** @param commands all that are to be proposed, {@code clip} itself first */
    Completions(List<CommandSpec> commands) {
        this.commands = commands;
    }

    private static List<CommandSpec> below(CommandSpec command) {
        return command.subcommands().values().stream()
                .map(line -> line.getCommandSpec())
                .filter(it -> !it.usageMessage().hidden())
                .toList();
    }

    private static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** The words behind {@code clip} that lead to it. */
    private static String path(CommandSpec command) {
        return command.parent() == null ? "" : (path(command.parent()) + " " + command.name()).strip();
    }

    private static String description(String... lines) {
        return ManualPage.plain(lines);
    }

    String zsh() {
        StringBuilder script = new StringBuilder("#compdef clip\n\n_clip() {\n    local -a words_of options_of\n");
        // not "path", which is the PATH to zsh
        script.append("    local at=\n    local word\n");
        script.append("    for word in ${words[2,CURRENT-1]}; do\n        case \"$at $word\" in\n");
        commands.stream()
                .filter(command -> command.parent() != null)
                .forEach(command -> script.append(
                        "            '%s') at='%s' ;;\n".formatted(pattern(command), " " + path(command))));
        script.append("        esac\n    done\n    case \"$at\" in\n");
        for (CommandSpec command : commands) {
            String words = below(command).stream()
                    .map(it -> quoted(
                            it.name() + ":" + description(it.usageMessage().description())))
                    .collect(Collectors.joining(" "));
            List<String> options = new ArrayList<>();
            for (OptionSpec option : options(command)) {
                for (String name : option.names()) {
                    options.add(quoted(name + ":" + description(option.description())));
                }
            }
            String path = path(command);
            script.append("        '%s') words_of=(%s) options_of=(%s) ;;\n"
                    .formatted(path.isEmpty() ? "" : " " + path, words, String.join(" ", options)));
        }
        script.append("    esac\n    (( ${#words_of} )) && _describe -t commands command words_of\n");
        script.append(
                "    [[ $PREFIX == -* ]] && _describe -t options option options_of\n    _files\n}\n\n_clip \"$@\"\n");
        return script.toString();
    }

    /** A path so far, and one more word. */
    private static String pattern(CommandSpec command) {
        String above = path(command.parent());
        return (above.isEmpty() ? "" : " " + above) + " " + command.name();
    }

    String fish() {
        StringBuilder script = new StringBuilder();
        for (CommandSpec command : commands) {
            String path = path(command);
            String condition = path.isEmpty()
                    ? "__fish_use_subcommand"
                    : "__fish_seen_subcommand_from " + path.substring(path.lastIndexOf(' ') + 1);
            for (CommandSpec below : below(command)) {
                script.append("complete -c clip -n %s -a %s -d %s\n"
                        .formatted(
                                quoted(condition),
                                below.name(),
                                quoted(description(below.usageMessage().description()))));
            }
            for (OptionSpec option : options(command)) {
                script.append("complete -c clip -n ").append(quoted(condition));
                for (String name : option.names()) {
                    script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
                }
                script.append(option.arity().max() > 0 ? " -r" : "");
                script.append(" -d ")
                        .append(quoted(description(option.description())))
                        .append('\n');
            }
        }
        return script.toString();
    }

    String powerShell() {
        StringBuilder script = new StringBuilder("$clipWords = @{\n");
        for (CommandSpec command : commands) {
            List<String> words = new ArrayList<>();
            below(command).forEach(it -> words.add(it.name()));
            options(command).forEach(option -> words.addAll(List.of(option.names())));
            script.append("    '%s' = @(%s)\n"
                    .formatted(
                            path(command),
                            words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(", "))));
        }
        return script.append("""
                }
                Register-ArgumentCompleter -Native -CommandName clip -ScriptBlock {
                    param($wordToComplete, $commandAst, $cursorPosition)
                    $path = ''
                    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
                        $longer = "$path $element".Trim()
                        if ($clipWords.ContainsKey($longer)) { $path = $longer }
                    }
                    $clipWords[$path] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                    }
                }
                """).toString();
    }

    /** In single quotes, for zsh and fish alike where the text has none itself. */
    private static String quoted(String text) {
        return "'" + text.replace("\\", "").replace("'", "’") + "'";
    }
}
