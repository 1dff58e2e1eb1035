package org.clipjava.cli.commands;

import java.util.concurrent.Callable;
import org.clipjava.cli.output.CommandFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clip models}. */
@Command(
        name = "models",
        description = "Lists, shows and removes the models that 'clip pull' has made.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsPathCommand.class,
            ModelsRemoveCommand.class
        },
        footer = {"", "Example: clip models list"})
public final class ModelsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw CommandFailure.usage(
                "name a command: " + String.join(", ", spec.subcommands().keySet()) + "; see clip models --help");
    }
}
