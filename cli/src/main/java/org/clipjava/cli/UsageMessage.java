package org.clipjava.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in the user's words where picocli's are the programmer's. */
final class UsageMessage {
    /** Of an option whose value can't be read: its name, and what picocli says of the value. */
    private static final String INVALID = "Invalid value for option '([^']+)'(?: \\([^)]*\\))?: ";

    /** The first that fits is taken; what fits none is shown as it is. */
    private static final List<Rule> RULES = List.of(
            new Rule(
                    "Missing required argument \\(specify one of these\\): \\((.*)\\)",
                    words -> "give one of " + words.group(1).replace(" | ", ", ")),
            new Rule(
                    "(.*) are mutually exclusive \\(specify only one\\)",
                    words -> "give only one of " + words.group(1)),
            // Behind it come all values given, in a notation that only picocli's author can read.
            new Rule(
                    "expected only one match but got \\(([^)]*)\\)=.*",
                    words -> "give one of " + words.group(1).replace(" | ", ", ") + ", and once only"),
            new Rule(
                    "Missing required parameter for option '([^']+)'(?: at index 0)? \\(([^)]*)\\)",
                    words -> words.group(1) + ": expected " + words.group(2) + " behind it"),
            new Rule(
                    "Missing required [a-z ]+: (.*)",
                    words -> "give " + words.group(1).replace("'", "")),
            new Rule(
                    INVALID + "expected one of \\[(.*)] \\(case-insensitive\\) but was '(.*)'",
                    words -> words.group(1) + ": expected one of "
                            + words.group(2).toLowerCase(Locale.ROOT) + ", found '" + words.group(3) + "'"),
            new Rule(
                    INVALID + "'(.*)' is not an? (?:int|long)",
                    words -> words.group(1) + ": expected a whole number, found '" + words.group(2) + "'"),
            new Rule(
                    INVALID + "'(.*)' is not a double",
                    words -> words.group(1) + ": expected a number, found '" + words.group(2) + "'"));

    private UsageMessage() {}

    /** A message of picocli's, and ours in its place. */
    private record Rule(Pattern pattern, Function<MatchResult, String> words) {
        Rule(String pattern, Function<MatchResult, String> words) {
            this(Pattern.compile(pattern, Pattern.DOTALL), words);
        }
    }

    static String of(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        String message = String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
        for (Rule rule : RULES) {
            Matcher matcher = rule.pattern.matcher(message);
            if (matcher.matches()) {
                return rule.words.apply(matcher);
            }
        }
        return message;
    }

    /** The nearest of the names, if it is no more than a slip of the hand away. */
    private static String didYouMean(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> distance(typed, name) <= Math.max(1, name.length() / 4))
                .min(Comparator.comparingInt(name -> distance(typed, name)))
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    /** Letters that are put in, left out, exchanged or swapped with their neighbours. */
    static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int other = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                steps[i][j] = Math.min(steps[i - 1][j - 1] + other, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], 1 + steps[i - 2][j - 2]);
                }
            }
        }
        return steps[a.length()][b.length()];
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String argument = e.getUnmatched().getFirst();
        CommandSpec command = e.getCommandLine().getCommandSpec();
        if (e.isUnknownOption()) {
            boolean takesNames = !command.positionalParameters().isEmpty();
            String name = argument.replaceFirst("=.*", "");
            return "unknown option '" + argument + "'"
                    + didYouMean(name, command.optionsMap().keySet())
                    + (takesNames ? " (after -- it would be a name and no option)" : "");
        }
        return command.subcommands().isEmpty()
                ? "unexpected argument '" + argument + "'"
                : "unknown command '" + argument + "'"
                        + didYouMean(argument, command.subcommands().keySet()) + "; expected "
                        + String.join(", ", command.subcommands().keySet());
    }
}
