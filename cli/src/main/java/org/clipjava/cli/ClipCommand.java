package org.clipjava.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code clip}: what all commands share. */
@Command(
        name = "clip",
        versionProvider = ClipCommand.Version.class,
        subcommands = {
            ClassifyCommand.class,
            LabelsCommand.class,
            EmbedCommand.class,
            ConvertCommand.class,
            InspectCommand.class,
            TokenizeCommand.class,
            PreprocessCommand.class,
            BenchCommand.class
        },
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
            "70:internal error",
            "130:interrupted"
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  CLIP_MODEL      the model file, unless --model is given",
            "  CLIP_JAVA_HOME  the JDK 25 or newer to run in",
            "  CLIP_JAVA_OPTS  options for that Java, as -Xmx4g"
        })
@SuppressWarnings("UnusedVariable") // picocli itself acts on help and version
final class ClipCommand implements Callable<Integer> {
    private final Terminal terminal;

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

    ClipCommand(Terminal terminal) {
        this.terminal = terminal;
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
                "name a command: classify, labels, embed, convert, inspect, tokenize, preprocess or bench; see clip --help");
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
