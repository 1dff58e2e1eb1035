package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.StoredModelArgument;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Terminal;
import org.clipjava.models.DownloadedCheckpoint;
import org.clipjava.models.ModelStore;
import org.clipjava.models.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clip models rm}. */
@Command(
        name = "rm",
        description = "Deletes a model, or what was made of a checkpoint's folder.",
        footer = {
            "",
            "Where --model names a checkpoint's folder, a model file is made of it and kept. It is made anew when it is "
                    + "asked for again.",
            "",
            "Example: clip models rm --downloads openai/clip-vit-base-patch32"
        })
public final class ModelsRemoveCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "As openai/clip-vit-base-patch32[@REVISION][:TYPE]; or a checkpoint's folder, which stays.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--downloads",
            description = "Delete the checkpoint in the hub's cache too, with all its revisions.")
    private boolean downloads;

    @Option(names = "--of-folders", description = "Delete what was made of any folder; no NAME.")
    private boolean ofFolders;

    public ModelsRemoveCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ModelStore store = session.modelStore();
        if (ofFolders && (downloads || name.isPresent())) {
            throw CommandFailure.usage("--of-folders: expected neither NAME nor --downloads with it");
        }
        if (ofFolders) {
            long bytes = ModelFailure.resolving(() -> store, store::removeLocal);
            session.terminal().say(deleted("all models made of folders", bytes));
            return ExitCode.OK.code();
        }
        String given = name.orElseThrow(
                () -> CommandFailure.usage("expected the NAME of a model, or --of-folders; see clip models list"));
        Optional<Path> folder = folder(given);
        if (folder.isPresent()) {
            return removeOfFolder(folder.get(), store).code();
        }
        StoredModel model = StoredModelArgument.find(given, session);
        return ModelFailure.resolving(() -> store, () -> remove(model, store)).code();
    }

    /** A folder that is there, as for {@code --model}, or a path that can be no name. */
    private static Optional<Path> folder(String given) {
        try {
            Path path = Path.of(given);
            boolean isNoName = path.isAbsolute() || given.startsWith(".");
            return Files.isDirectory(path) || isNoName ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private ExitCode removeOfFolder(Path folder, ModelStore store) {
        long bytes = ModelFailure.resolving(() -> store, () -> store.removeOfFolder(folder));
        if (bytes == 0) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, folder + ": no model has been made of this folder");
        }
        session.terminal().say(deleted("what was made of " + folder, bytes));
        return ExitCode.OK;
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
