package org.clipjava.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.clipjava.hub.DownloadListener;
import org.clipjava.hub.Hub;
import org.clipjava.hub.RepoId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code clip models}. */
@Command(
        name = "models",
        description = "Lists, shows and removes the models that 'clip pull' has made.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsCommand.ListModels.class,
            ModelsCommand.Show.class,
            ModelsCommand.ShowPath.class,
            ModelsCommand.Remove.class
        })
final class ModelsCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw CommandFailure.usage(
                "name a command: " + String.join(", ", spec.subcommands().keySet()) + "; see clip models --help");
    }

    /** What only some of the models are named by. */
    private static final class Name {
        @Parameters(paramLabel = "NAME", description = "As openai/clip-vit-base-patch32[@REVISION][:TYPE].")
        private String text = "";

        ModelName name() {
            try {
                return ModelName.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
            }
        }

        StoredModel find(ModelStore store) {
            ModelName name = name();
            try {
                return store.find(name)
                        .orElseThrow(() -> new CommandFailure(
                                ExitCode.MODEL_MISSING,
                                name + ": has not been pulled; " + name.cure() + ", or see clip models list"));
            } catch (IOException e) {
                throw ModelStoreFailure.of(store, e);
            }
        }
    }

    /** {@code clip models list}. */
    @Command(name = "list", description = "Lists the models, one a line.")
    static final class ListModels implements Callable<Integer> {
        @ParentCommand
        private ModelsCommand models;

        @Option(names = "--json", description = "One JSON object instead of a table.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            Terminal terminal = models.clip.terminal();
            ModelStore store = models.clip.modelStore();
            List<StoredModel> stored;
            try {
                stored = store.list();
            } catch (IOException e) {
                throw ModelStoreFailure.of(store, e);
            }
            try (Writer out = terminal.writer()) {
                out.write(json ? toJson(stored) : toTable(stored));
            }
            long local = ModelStore.bytes(store.local());
            if (local > 0 && !json) {
                terminal.say(String.format(
                        Locale.ROOT,
                        "besides, %,d bytes of models made of folders that --model named, in %s; they may be deleted",
                        local,
                        store.local()));
            } else if (stored.isEmpty() && !json) {
                terminal.say("no models in " + store.root() + "; clip pull openai/clip-vit-base-patch32");
            }
            return ExitCode.OK.code();
        }

        static String toTable(List<StoredModel> stored) {
            int width = stored.stream()
                    .mapToInt(model -> model.repo().toString().length())
                    .max()
                    .orElse(0);
            StringBuilder text = new StringBuilder();
            for (StoredModel model : stored) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-" + width + "s  %-4s  %,15d  %s  %s%n",
                        model.repo(),
                        model.type().spelling(),
                        model.bytes(),
                        model.shortCommit(),
                        String.join(", ", model.revisions())));
            }
            return text.toString().replace(System.lineSeparator(), "\n").replaceAll(" +\n", "\n");
        }

        static String toJson(List<StoredModel> stored) {
            return Json.indentedObject(json -> {
                        json.name("models").beginArray();
                        for (StoredModel model : stored) {
                            json.beginObject();
                            write(json, model);
                            json.endObject();
                        }
                        json.endArray();
                    })
                    + "\n";
        }
    }

    private static void write(JsonWriter json, StoredModel model) throws IOException {
        json.name("name").value(model.name());
        json.name("repo").value(model.repo().toString());
        json.name("commit").value(model.commit());
        json.name("revisions").beginArray();
        for (String revision : model.revisions()) {
            json.value(revision);
        }
        json.endArray();
        json.name("weight_type").value(model.type().spelling());
        json.name("bytes").value(model.bytes());
        json.name("file").value(model.file().toString());
    }

    /** {@code clip models show}. */
    @Command(name = "show", description = "Shows a model's origin, file and size; 'clip inspect' shows what is in it.")
    static final class Show implements Callable<Integer> {
        @ParentCommand
        private ModelsCommand models;

        @Mixin
        private Name name = new Name();

        @Option(names = "--json", description = "One JSON object instead of text.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            StoredModel model = name.find(models.clip.modelStore());
            Path downloads = models.downloads(model.repo());
            long downloaded = ModelStore.bytes(downloads);
            try (Writer out = models.clip.terminal().writer()) {
                out.write(json ? toJson(model, downloads, downloaded) : toText(model, downloads, downloaded));
            }
            return ExitCode.OK.code();
        }

        private static String toText(StoredModel model, Path downloads, long downloaded) {
            StringBuilder text = new StringBuilder();
            line(text, "name", model.name());
            line(text, "commit", model.commit());
            line(text, "revisions", String.join(", ", model.revisions()));
            line(text, "weights", model.type().spelling());
            line(text, "bytes", String.format(Locale.ROOT, "%,d", model.bytes()));
            line(text, "file", model.file().toString());
            line(
                    text,
                    "checkpoint",
                    downloaded == 0
                            ? "not in the hub's cache"
                            : String.format(Locale.ROOT, "%s, %,d bytes", downloads, downloaded));
            return text.toString();
        }

        private static void line(StringBuilder text, String key, String value) {
            text.append(Terminal.oneLine(String.format(Locale.ROOT, "%-15s %s", key, value)))
                    .append('\n');
        }

        private static String toJson(StoredModel model, Path downloads, long downloaded) {
            return Json.indentedObject(json -> {
                        write(json, model);
                        json.name("checkpoint").beginObject();
                        json.name("folder").value(downloads.toString());
                        json.name("bytes").value(downloaded);
                        json.endObject();
                    })
                    + "\n";
        }
    }

    /** {@code clip models path}. */
    @Command(name = "path", description = "Prints the path of a model's file.")
    static final class ShowPath implements Callable<Integer> {
        @ParentCommand
        private ModelsCommand models;

        @Mixin
        private Name name = new Name();

        @Override
        public Integer call() throws IOException {
            try (Writer out = models.clip.terminal().writer()) {
                out.write(name.find(models.clip.modelStore()).file() + "\n");
            }
            return ExitCode.OK.code();
        }
    }

    /** {@code clip models rm}. */
    @Command(name = "rm", description = "Deletes a model.")
    static final class Remove implements Callable<Integer> {
        @ParentCommand
        private ModelsCommand models;

        @Mixin
        private Name name = new Name();

        @Option(
                names = "--downloads",
                description = "Delete the checkpoint in the hub's cache too, with all its revisions.")
        private boolean downloads;

        @Override
        public Integer call() {
            ModelStore store = models.clip.modelStore();
            StoredModel model = name.find(store);
            Path checkpoint = models.downloads(model.repo());
            Terminal terminal = models.clip.terminal();
            try {
                store.remove(model);
                terminal.say(String.format(Locale.ROOT, "deleted %s: %,d bytes", model.name(), model.bytes()));
                long downloaded = ModelStore.bytes(checkpoint);
                if (downloads && downloaded > 0) {
                    ModelStore.deleteTree(checkpoint);
                    terminal.say(String.format(Locale.ROOT, "deleted %s: %,d bytes", checkpoint, downloaded));
                } else if (downloaded > 0) {
                    terminal.say(String.format(
                            Locale.ROOT,
                            "its checkpoint stays in the hub's cache, %s: %,d bytes; --downloads deletes it too",
                            checkpoint,
                            downloaded));
                }
            } catch (IOException e) {
                throw ModelStoreFailure.of(store, e);
            }
            return ExitCode.OK.code();
        }
    }

    private Path downloads(RepoId repo) {
        return new Hub(clip.hubSettings(), DownloadListener.SILENT).folder(repo);
    }
}
