package org.clipjava.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.hub.HubSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code clip}: what all commands share. */
@Command(
        name = "clip",
        versionProvider = ClipCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Labels pictures with words of your choice (CLIP, zero-shot).",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "2:usage, or no Java to run on",
            "3:model missing",
            "4:bad model",
            "5:some inputs failed",
            "6:all inputs failed",
            "7:network or hub failed",
            "70:internal error",
            "130:interrupted"
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  CLIP_MODEL      the model, unless --model is given",
            "  CLIP_HOME       the folder of pulled models, else clip-java in the user's cache",
            "  CLIP_JAVA_HOME  the JDK 25 or newer to run in",
            "  CLIP_JAVA_OPTS  options for that Java, as -Xmx4g"
        })
@SuppressWarnings("UnusedVariable") // picocli itself acts on help and version
final class ClipCommand implements Callable<Integer> {
    private static final List<Class<?>> COMMANDS = List.of(
            ClassifyCommand.class,
            LabelsCommand.class,
            EmbedCommand.class,
            PullCommand.class,
            ModelsCommand.class,
            ConvertCommand.class,
            InspectCommand.class,
            TokenizeCommand.class,
            PreprocessCommand.class,
            ExplainCommand.class,
            VerifyCommand.class,
            BenchCommand.class,
            EvalCommand.class,
            CalibrateCommand.class,
            DoctorCommand.class);

    private final Terminal terminal;
    private final Map<String, String> environment;
    private final KernelWarmUp warmUp;

    @Spec
    private CommandSpec spec;

    @Mixin
    private GlobalOptions globalOptions = new GlobalOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    ClipCommand(Terminal terminal, Map<String, String> environment, KernelWarmUp warmUp) {
        this.terminal = terminal;
        this.environment = environment;
        this.warmUp = warmUp;
    }

    /**
     * The commands that these arguments may mean: the one they name, or all. Picocli takes several milliseconds to read one,
     * which is much of what a short command takes.
     */
    static List<Class<?>> commands(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (GlobalOptions.TAKING_A_VALUE.contains(argument)) {
                i++;
            } else if (!argument.startsWith("-")) {
                List<Class<?>> named = COMMANDS.stream()
                        .filter(command ->
                                command.getAnnotation(Command.class).name().equals(argument))
                        .toList();
                return named.isEmpty() ? COMMANDS : named;
            }
        }
        return COMMANDS;
    }

    KernelWarmUp warmUp() {
        return warmUp;
    }

    /** A variable of the environment, if it is set and not empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The folder of what is kept between runs, {@code CLIP_HOME} or in the user's cache. */
    Path store() {
        return variable("CLIP_HOME")
                .map(Path::of)
                .orElseGet(() -> HubSettings.cacheHome(environment, home()).resolve("clip-java"));
    }

    /** The pulled models. */
    ModelStore modelStore() {
        return new ModelStore(store().resolve("models"));
    }

    /** What the environment says of the hub. */
    HubSettings hubSettings() {
        try {
            return HubSettings.of(environment, home());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home"));
    }

    Terminal terminal() {
        return terminal;
    }

    GlobalOptions globalOptions() {
        return globalOptions;
    }

    @Override
    public Integer call() {
        throw CommandFailure.usage(
                "name a command: " + String.join(", ", spec.subcommands().keySet()) + "; see clip --help");
    }

    /** The jar's version, and what it runs on. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"clip " + ofJar() + ", Java " + Runtime.version()};
        }

        static String ofJar() {
            String version = ClipCommand.class.getPackage().getImplementationVersion();
            return version == null ? "(not from a jar)" : version;
        }
    }
}
