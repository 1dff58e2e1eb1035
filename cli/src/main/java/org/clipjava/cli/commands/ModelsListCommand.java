package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.JsonOption;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.StoredModels;
import org.clipjava.models.ModelStore;
import org.clipjava.models.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip models list}. */
@Command(
        name = "list",
        description = "Lists the models, one a line.",
        footer = {"", "Example: clip models list --json"})
public final class ModelsListCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private JsonOption json = new JsonOption();

    public ModelsListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        ModelStore store = session.modelStore();
        List<StoredModel> stored = ModelFailure.resolving(() -> store, store::list);
        Terminal terminal = session.terminal();
        if (json.given()) {
            terminal.print(StoredModels.toJson(stored));
            return ExitCode.OK.code();
        }
        terminal.print(StoredModels.toTable(stored));
        long local = ModelFailure.resolving(() -> store, store::localBytes);
        if (local > 0) {
            terminal.say(String.format(
                    Locale.ROOT,
                    "besides, %,d bytes of models made of folders that --model named, in %s; clip models rm --of-folders "
                            + "deletes them",
                    local,
                    store.local()));
        } else if (stored.isEmpty()) {
            terminal.say("no models in " + store.root() + "; clip pull openai/clip-vit-base-patch32");
        }
        return ExitCode.OK.code();
    }
}
