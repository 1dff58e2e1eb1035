package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.clipjava.cli.output.Json;
import org.clipjava.cli.verify.Stage;
import org.clipjava.io.Columns;
import org.clipjava.io.Shown;

/** What was checked of a model, and how it went. */
public record StageReport(List<Stage> stages) {
    public boolean passed() {
        return stages.stream().noneMatch(stage -> stage.outcome() == Stage.Outcome.FAIL);
    }

    public String toText() {
        int width = Columns.width(
                stages.stream().map(stage -> Shown.line(stage.name())).toList());
        StringBuilder text = new StringBuilder();
        for (Stage stage : stages) {
            String difference = stage.deviation()
                    .map(deviation -> String.format(
                            Locale.ROOT,
                            "; largest difference %.2e, allowed %.2e",
                            deviation.difference(),
                            deviation.allowed()))
                    .orElse("");
            text.append(Shown.line(String.format(
                            Locale.ROOT,
                            "%s  %s  %s%s",
                            Columns.padded(Shown.line(stage.name()), width),
                            stage.outcome(),
                            stage.detail(),
                            difference)))
                    .append('\n');
            stage.cause()
                    .ifPresent(cause -> text.append(" ".repeat(width + 8))
                            .append("likely cause: ")
                            .append(Shown.line(cause))
                            .append('\n'));
        }
        return text.toString();
    }

    /**
     * One object.
     *
     * @param model as the user named it
     * @param checkpoint whose numbers were expected; empty if nobody's
     */
    public String toJson(String model, String checkpoint) {
        return Json.document(json -> {
            json.name("model").value(model);
            json.name("checkpoint").value(checkpoint);
            json.name("pass").value(passed());
            json.name("stages").beginArray();
            for (Stage stage : stages) {
                json.beginObject();
                write(json, stage);
                json.endObject();
            }
            json.endArray();
        });
    }

    private static void write(JsonWriter json, Stage stage) throws IOException {
        json.name("name").value(stage.name());
        json.name("outcome").value(stage.outcome().name().toLowerCase(Locale.ROOT));
        json.name("detail").value(stage.detail());
        if (stage.deviation().isPresent()) {
            double difference = stage.deviation().get().difference();
            json.name("largest_difference");
            if (Double.isFinite(difference)) {
                json.value(difference);
            } else {
                json.nullValue(); // JSON has no infinity
            }
            json.name("allowed").value(stage.deviation().get().allowed());
        }
        if (stage.cause().isPresent()) {
            json.name("cause").value(stage.cause().get());
        }
    }
}
