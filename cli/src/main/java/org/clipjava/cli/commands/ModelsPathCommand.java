package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.StoredModelArgument;
import org.clipjava.cli.output.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip models path}. */
@Command(
        name = "path",
        description = "Prints the path of a model's file.",
        footer = {"", "Example: clip models path openai/clip-vit-base-patch32"})
public final class ModelsPathCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private StoredModelArgument name = new StoredModelArgument();

    public ModelsPathCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        session.terminal().print(name.find(session).file() + "\n");
        return ExitCode.OK.code();
    }
}
