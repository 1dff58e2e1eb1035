package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.StoredModelArgument;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.models.DownloadedCheckpoint;
import org.clipjava.models.ModelStore;
import org.clipjava.models.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clip models rm}. */
@Command(
        name = "rm",
        description = "Deletes a model.",
        footer = {"", "Example: clip models rm --downloads openai/clip-vit-base-patch32"})
public final class ModelsRemoveCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private StoredModelArgument name = new StoredModelArgument();

    @Option(
            names = "--downloads",
            description = "Delete the checkpoint in the hub's cache too, with all its revisions.")
    private boolean downloads;

    public ModelsRemoveCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ModelStore store = session.modelStore();
        StoredModel model = name.find(session);
        return ModelFailure.resolving(() -> store, () -> remove(model, store)).code();
    }

    private ExitCode remove(StoredModel model, ModelStore store) throws IOException {
        Terminal terminal = session.terminal();
        DownloadedCheckpoint checkpoint = DownloadedCheckpoint.of(model.repo(), session.hubSettings());
        store.remove(model);
        terminal.say(deleted(model.name(), model.bytes()));
        if (downloads && checkpoint.bytes() > 0) {
            checkpoint.delete();
            terminal.say(deleted(checkpoint.folder().toString(), checkpoint.bytes()));
        } else if (checkpoint.bytes() > 0) {
            terminal.say(String.format(
                    Locale.ROOT,
                    "its checkpoint stays in the hub's cache, %s: %,d bytes; --downloads deletes it too",
                    checkpoint.folder(),
                    checkpoint.bytes()));
        }
        return ExitCode.OK;
    }

    private static String deleted(String what, long bytes) {
        return String.format(Locale.ROOT, "deleted %s: %,d bytes", what, bytes);
    }
}
