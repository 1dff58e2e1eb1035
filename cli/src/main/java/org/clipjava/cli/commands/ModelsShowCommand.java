package org.clipjava.cli.commands;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.JsonOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.StoredModelArgument;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.report.StoredModels;
import org.clipjava.models.DownloadedCheckpoint;
import org.clipjava.models.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clip models show}. */
@Command(
        name = "show",
        description = "Shows a model's origin, file and size; 'clip inspect' shows what is in it.",
        footer = {"", "Example: clip models show openai/clip-vit-base-patch32"})
public final class ModelsShowCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private StoredModelArgument name = new StoredModelArgument();

    @Mixin
    private JsonOption json = new JsonOption();

    public ModelsShowCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        StoredModel model = name.find(session);
        DownloadedCheckpoint checkpoint = DownloadedCheckpoint.of(model.repo(), session.hubSettings());
        session.terminal()
                .print(json.given() ? StoredModels.toJson(model, checkpoint) : StoredModels.toText(model, checkpoint));
        return ExitCode.OK.code();
    }
}
