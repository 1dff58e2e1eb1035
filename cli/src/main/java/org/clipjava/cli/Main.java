package org.clipjava.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.clipjava.NoDirectionException;
import org.clipjava.cli.options.ClassArchive;
import org.clipjava.cli.options.KernelWarmUp;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFailure;
import org.clipjava.cli.output.Terminal;
import org.clipjava.eval.DatasetException;
import org.clipjava.index.IndexException;
import org.clipjava.io.FileFailure;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The command line's way in, and the only place that ends the process. */
public final class Main {
    /** Commands that run a model. */
    private static final Set<String> ENCODING =
            Set.of("classify", "labels", "rank", "embed", "explain", "locate", "index", "search");

    private Main() {}

    public static void main(String[] args) {
        // Pictures are decoded without a display, and without an icon in macOS's dock.
        System.setProperty("java.awt.headless", "true");
        // Scripts read what is printed: in an Arabic locale, %d would write Arabic digits.
        Locale.setDefault(Locale.ROOT);
        KernelWarmUp warmUp = usesWarmKernels(args) ? KernelWarmUp.start() : KernelWarmUp.none();
        int exitCode = run(args, Terminal.ofThisProcess(), System.getenv(), warmUp);
        ClassArchive.ofThisProcess().ifPresent(archive -> archive.noteEnd(exitCode, args));
        System.exit(exitCode);
    }

    /** Before the command line is parsed: whoever chooses a backend or kernels may not need those that are warmed up. */
    private static boolean usesWarmKernels(String... args) {
        return args.length > 0
                && ENCODING.contains(args[0])
                && namesModel(args)
                && System.getProperty("clip.backend") == null
                && Arrays.stream(args).noneMatch(arg -> arg.startsWith("--backend") || arg.startsWith("--kernels"));
    }

    /** The built-in model is so small that plain Java is done with a picture before vectors are compiled. */
    private static boolean namesModel(String... args) {
        return !Objects.requireNonNullElse(System.getenv("CLIP_MODEL"), "").isEmpty()
                || Arrays.stream(args).anyMatch(arg -> arg.startsWith("--model") || arg.startsWith("-m"));
    }

    /** Runs a command in this process's environment; its exit code. */
    static int run(String[] args, Terminal terminal) {
        return run(args, terminal, System.getenv());
    }

    /** Runs a command; its exit code. */
    static int run(String[] args, Terminal terminal, Map<String, String> environment) {
        return run(args, terminal, environment, KernelWarmUp.none());
    }

    private static int run(String[] typed, Terminal terminal, Map<String, String> environment, KernelWarmUp warmUp) {
        String[] args = helpAsOption(typed);
        ClipCommand clip = new ClipCommand(terminal, environment, warmUp);
        try {
            int code = ExitCode.OK.code();
            if (ClipCommand.asksForVersion(args)) {
                terminal.print(ClipCommand.version() + System.lineSeparator());
            } else {
                code = commandLine(clip, args).execute(args);
            }
            terminal.out().flush();
            return code;
        } catch (Throwable e) {
            return report(e, clip);
        }
    }

    /** {@code clip help classify} is {@code clip classify --help}. */
    private static String[] helpAsOption(String... typed) {
        if (typed.length == 0 || !typed[0].equals("help")) {
            return typed;
        }
        String[] args = Arrays.copyOfRange(typed, 1, typed.length + 1);
        args[args.length - 1] = "--help";
        return args;
    }

    static CommandLine commandLine(ClipCommand clip, String... args) {
        PrintWriter out = new PrintWriter(clip.session().terminal().out(), false, StandardCharsets.UTF_8);
        CommandLine commandLine = new CommandLine(clip, clip.factory());
        ClipCommand.commands(args).forEach(commandLine::addSubcommand);
        inDeclaredOrder(commandLine);
        new HelpPage(clip.session()::columns).setUp(commandLine);
        return commandLine
                // A text or a picture may begin with @.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(out)
                .setParameterExceptionHandler((e, unusedArgs) -> {
                    String command = e.getCommandLine().getCommandSpec().qualifiedName();
                    return report(CommandFailure.usage(UsageMessage.of(e) + "; see " + command + " --help", e), clip);
                })
                .setExecutionExceptionHandler((e, unusedCommand, unusedResult) -> report(e, clip))
                .setExecutionStrategy(parsed -> {
                    try {
                        return new CommandLine.RunLast().execute(parsed);
                    } catch (OutputFailure e) {
                        return report(e, clip); // from the help; a command's own is handled above
                    }
                });
    }

    /** So that what is wanted most comes first in the help. */
    private static void inDeclaredOrder(CommandLine commandLine) {
        commandLine.getCommandSpec().usageMessage().sortOptions(false).sortSynopsis(false);
        commandLine.getSubcommands().values().forEach(Main::inDeclaredOrder);
    }

    /**
     * Whether it is for want of memory, also where that is only the cause: the JVM has one such error, made beforehand, and closing what
     * was open makes another exception of it.
     */
    private static boolean isOutOfMemory(Throwable e) {
        return e instanceof OutOfMemoryError || (e.getCause() != null && isOutOfMemory(e.getCause()));
    }

    private static int report(Throwable thrown, ClipCommand clip) {
        Throwable e = thrown instanceof UncheckedIOException unchecked && !(thrown instanceof OutputFailure)
                ? Objects.requireNonNullElse(unchecked.getCause(), unchecked)
                : thrown;
        Terminal terminal = clip.session().terminal();
        if (e instanceof OutputFailure failure && failure.readerHasGone()) {
            return ExitCode.OK.code();
        }
        ExitCode exitCode = switch (e) {
            case CommandFailure failure -> failure.exitCode();
            case ParameterException ignored -> ExitCode.USAGE;
            case NoDirectionException ignored -> ExitCode.BAD_MODEL;
            case DatasetException ignored -> ExitCode.USAGE;
            case IndexException ignored -> ExitCode.USAGE;
            case OutputFailure ignored -> ExitCode.NO_ROOM;
            case FileSystemException ignored -> ExitCode.NO_ROOM;
            default -> isOutOfMemory(e) ? ExitCode.NO_ROOM : ExitCode.INTERNAL;
        };
        switch (e) {
            case CommandFailure failure -> terminal.say(String.valueOf(failure.getMessage()));
            case OutputFailure failure -> terminal.say(String.valueOf(failure.getMessage()));
            case NoDirectionException failure -> terminal.say(String.valueOf(failure.getMessage()));
            case DatasetException failure -> terminal.say(String.valueOf(failure.getMessage()));
            case IndexException failure -> terminal.say(String.valueOf(failure.getMessage()));
            case FileSystemException failure -> {
                String file = Optional.ofNullable(failure.getFile()).orElse("a file");
                terminal.say(file + ": " + FileFailure.reason(failure, file));
            }
            default -> {
                if (isOutOfMemory(e)) {
                    terminal.say("out of memory (" + e.getMessage() + "); give Java more: CLIP_JAVA_OPTS=-Xmx8g");
                } else {
                    boolean traced = clip.session().global().debug();
                    terminal.say("internal error: " + e + (traced ? "" : "; --debug shows the trace"));
                }
            }
        }
        if (clip.session().global().debug()) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace, true));
            terminal.err().print(trace);
        }
        return exitCode.code();
    }
}
