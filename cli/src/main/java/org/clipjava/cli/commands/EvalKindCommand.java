package org.clipjava.cli.commands;

import java.util.concurrent.Callable;
import org.clipjava.cli.output.CommandFailure;
import picocli.CommandLine.Command;

/** {@code clip eval} where the name of another measurement follows; {@link EvalCommand} itself wants pictures. */
@Command(
        name = "eval",
        description = "Measures a model.",
        synopsisSubcommandLabel = "locate",
        subcommands = EvalLocateCommand.class)
public final class EvalKindCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw CommandFailure.usage("eval what? name locate; see clip eval --help");
    }
}
