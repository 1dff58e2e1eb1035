package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import org.clipjava.eval.BrokenImage;
import org.clipjava.eval.Evaluation;

/** The pictures that could not be read, all of them. Immutable and thread-safe. */
public final class BrokenSection implements ReportSection {
    private final List<BrokenImage> broken;

    private BrokenSection(List<BrokenImage> broken) {
        this.broken = broken;
    }

    /** The pictures of an evaluation that could not be read. */
    public static BrokenSection of(Evaluation evaluation) {
        return new BrokenSection(evaluation.broken());
    }

    @Override
    public String key() {
        return "broken";
    }

    @Override
    public String title() {
        return "Pictures that can't be read";
    }

    /** Nothing: whoever runs it has told of each. */
    @Override
    public String text() {
        return "";
    }

    @Override
    public JsonElement json() {
        JsonArray all = new JsonArray();
        for (BrokenImage one : broken) {
            JsonObject object = new JsonObject();
            object.addProperty("file", one.file().toString());
            object.addProperty("error", one.reason());
            all.add(object);
        }
        return all;
    }

    @Override
    public void html(HtmlWriter page) {
        if (!broken.isEmpty()) {
            page.table(
                    "Not counted in any figure above",
                    List.of("file", "why"),
                    broken.stream()
                            .map(one -> List.of(one.file().toString(), one.reason()))
                            .toList());
        }
    }
}
