package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.KernelWarmUp;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code clip generate}: what archives and packages have beside the program. */
@Command(
        name = "generate",
        hidden = true,
        description = "Writes manual pages, and completions for bash, zsh, fish and PowerShell, into a folder.",
        footer = {"", "Example: clip generate clip-0.1.0"})
public final class GenerateCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "FOLDER", description = "Is made, if it is not there.")
    private Path folder = Path.of("");

    public GenerateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        CommandLine clip = Main.commandLine(new ClipCommand(session.terminal(), Map.of(), KernelWarmUp.none()));
        List<CommandSpec> commands = new ArrayList<>();
        add(clip.getCommandSpec(), commands);
        for (CommandSpec command : commands) {
            write("man/man1/" + ManualPage.name(command) + ".1", ManualPage.of(command));
        }
        Completions completions = new Completions(commands);
        write("completions/clip.bash", AutoComplete.bash("clip", clip));
        write("completions/_clip", completions.zsh());
        write("completions/clip.fish", completions.fish());
        write("completions/clip.ps1", completions.powerShell());
        return ExitCode.OK.code();
    }

    private static void add(CommandSpec command, List<CommandSpec> commands) {
        if (!command.usageMessage().hidden()) {
            commands.add(command);
            command.subcommands().values().forEach(line -> add(line.getCommandSpec(), commands));
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(folder));
        Files.writeString(file, text.replace("\r\n", "\n"));
    }
}
