package org.clipjava.cli.commands;

import java.util.concurrent.Callable;
import org.clipjava.cli.output.CommandFailure;
import picocli.CommandLine.Command;

/** {@code clip embed}: pictures and texts as points of the space that they share. */
@Command(
        name = "embed",
        description = "Writes the embeddings of pictures or texts.",
        synopsisSubcommandLabel = "(image | text)",
        subcommands = {EmbedImageCommand.class, EmbedTextCommand.class},
        footer = {"", "Example: clip embed image --format npy -o photos.npy photos/*.jpg"})
public final class EmbedCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw CommandFailure.usage("embed what? name image or text; see clip embed --help");
    }
}
