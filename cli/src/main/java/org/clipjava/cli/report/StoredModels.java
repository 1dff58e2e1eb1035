package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.clipjava.cli.output.Json;
import org.clipjava.io.Columns;
import org.clipjava.models.DownloadedCheckpoint;
import org.clipjava.models.StoredModel;

/** What is known of the models in the model folder. */
public final class StoredModels {
    private static final int NAMES = 15;

    private StoredModels() {}

    /** A line a model. */
    public static String toTable(List<StoredModel> models) {
        int width = Columns.width(
                models.stream().map(model -> model.repo().toString()).toList());
        StringBuilder text = new StringBuilder();
        for (StoredModel model : models) {
            String line = String.format(
                    Locale.ROOT,
                    "%s  %-4s  %,15d  %s  %s",
                    Columns.padded(model.repo().toString(), width),
                    model.type().spelling(),
                    model.bytes(),
                    model.shortCommit(),
                    String.join(", ", model.revisions()));
            text.append(line.stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** One object with an array of all models. */
    public static String toJson(List<StoredModel> models) {
        return Json.document(json -> {
            json.name("models").beginArray();
            for (StoredModel model : models) {
                json.beginObject();
                write(json, model);
                json.endObject();
            }
            json.endArray();
        });
    }

    /** All of one model, and of the checkpoint that it was made of. */
    public static String toText(StoredModel model, DownloadedCheckpoint checkpoint) {
        NamedLines text = new NamedLines(NAMES);
        text.line("name", model.name());
        text.line("commit", model.commit());
        text.line("revisions", String.join(", ", model.revisions()));
        text.line("weights", model.type().spelling());
        text.line("bytes", String.format(Locale.ROOT, "%,d", model.bytes()));
        text.line("file", model.file().toString());
        text.line(
                "checkpoint",
                checkpoint.bytes() == 0
                        ? "not in the hub's cache"
                        : String.format(Locale.ROOT, "%s, %,d bytes", checkpoint.folder(), checkpoint.bytes()));
        return text.toString();
    }

    /** The same as one object. */
    public static String toJson(StoredModel model, DownloadedCheckpoint checkpoint) {
        return Json.document(json -> {
            write(json, model);
            json.name("checkpoint").beginObject();
            json.name("folder").value(checkpoint.folder().toString());
            json.name("bytes").value(checkpoint.bytes());
            json.endObject();
        });
    }

    private static void write(JsonWriter json, StoredModel model) throws IOException {
        json.name("name").value(model.name());
        json.name("repo").value(model.repo().toString());
        json.name("commit").value(model.commit());
        Json.array(json, "revisions", model.revisions());
        json.name("weight_type").value(model.type().spelling());
        json.name("bytes").value(model.bytes());
        json.name("file").value(model.file().toString());
    }
}
