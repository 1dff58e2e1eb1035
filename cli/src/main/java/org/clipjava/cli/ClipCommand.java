package org.clipjava.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clipjava.cli.commands.BenchCommand;
import org.clipjava.cli.commands.CalibrateCommand;
import org.clipjava.cli.commands.ClassifyCommand;
import org.clipjava.cli.commands.ConvertCommand;
import org.clipjava.cli.commands.DoctorCommand;
import org.clipjava.cli.commands.DuplicatesCommand;
import org.clipjava.cli.commands.EmbedCommand;
import org.clipjava.cli.commands.EvalCommand;
import org.clipjava.cli.commands.EvalKindCommand;
import org.clipjava.cli.commands.ExplainCommand;
import org.clipjava.cli.commands.IndexCommand;
import org.clipjava.cli.commands.InspectCommand;
import org.clipjava.cli.commands.LabelsCommand;
import org.clipjava.cli.commands.LocateCommand;
import org.clipjava.cli.commands.ModelsCommand;
import org.clipjava.cli.commands.PreprocessCommand;
import org.clipjava.cli.commands.PullCommand;
import org.clipjava.cli.commands.RankCommand;
import org.clipjava.cli.commands.SearchCommand;
import org.clipjava.cli.commands.ServeCommand;
import org.clipjava.cli.commands.SimilarCommand;
import org.clipjava.cli.commands.TagCommand;
import org.clipjava.cli.commands.TokenizeCommand;
import org.clipjava.cli.commands.VerifyCommand;
import org.clipjava.cli.options.GlobalOptions;
import org.clipjava.cli.options.KernelWarmUp;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.output.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code clip}: all commands, and what they share. */
@Command(
        name = "clip",
        versionProvider = ClipCommand.VersionProvider.class,
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
            "8:disk full or not writable, or too little memory",
            "70:internal error",
            "130:interrupted"
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  CLIP_MODEL      the model, unless --model is given",
            "  CLIP_HOME       the folder of pulled models, else clip-java in the user's cache",
            "  CLIP_JAVA_HOME  the JDK 25 or newer to run in",
            "  CLIP_JAVA_OPTS  options for that Java, as -Xmx4g",
            "",
            "Example: clip classify --labels \"cat,dog,turtle\" photo.jpg"
        })
@SuppressWarnings("UnusedVariable") // picocli itself acts on help and version
final class ClipCommand implements Callable<Integer> {
    private static final List<Class<?>> COMMANDS = List.of(
            ClassifyCommand.class,
            LabelsCommand.class,
            LocateCommand.class,
            RankCommand.class,
            IndexCommand.class,
            SearchCommand.class,
            SimilarCommand.class,
            DuplicatesCommand.class,
            TagCommand.class,
            EmbedCommand.class,
            ServeCommand.class,
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
            DoctorCommand.class,
            GenerateCommand.class);

    private final Session session;

    @Spec
    private CommandSpec spec;

    @Mixin
    private GlobalOptions globalOptions = new GlobalOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = GlobalOptions.LAST + 1,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = GlobalOptions.LAST + 2,
            description = "Show the version.")
    private boolean version;

    ClipCommand(Terminal terminal, Map<String, String> environment, KernelWarmUp warmUp) {
        this.session = new Session(terminal, environment, warmUp, globalOptions);
    }

    /**
     * The commands that these arguments may mean: the one they name, or all. Picocli takes several milliseconds to read one, which is much
     * of what a short command takes.
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
                boolean isOfKind = named.equals(List.of(EvalCommand.class))
                        && i + 1 < arguments.length
                        && arguments[i + 1].equals("locate");
                return named.isEmpty() ? COMMANDS : isOfKind ? List.of(EvalKindCommand.class) : named;
            }
        }
        return COMMANDS;
    }

    /** Makes commands, which take the session, and whatever else picocli asks for. */
    IFactory factory() {
        IFactory others = CommandLine.defaultFactory();
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return Callable.class.isAssignableFrom(type) && takesSession(type)
                        ? type.getConstructor(Session.class).newInstance(session)
                        : others.create(type);
            }
        };
    }

    private static boolean takesSession(Class<?> type) {
        return List.of(type.getConstructors()).stream()
                .anyMatch(
                        constructor -> List.of(constructor.getParameterTypes()).equals(List.of(Session.class)));
    }

    Session session() {
        return session;
    }

    @Override
    public Integer call() {
        String names = spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .map(CommandSpec::name)
                .collect(Collectors.joining(", "));
        throw CommandFailure.usage("name a command: " + names + "; see clip --help");
    }

    /** Whether the version is all that is asked for, which needs no picocli, and so half the time. */
    static boolean asksForVersion(String... arguments) {
        return arguments.length == 1 && List.of("--version", "-V").contains(arguments[0]);
    }

    /** The jar's version, and what it runs on. */
    static String version() {
        return "clip " + Version.ofJar() + ", Java " + Runtime.version();
    }

    static final class VersionProvider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {ClipCommand.version()};
        }
    }
}
