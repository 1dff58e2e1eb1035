package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.metrics.ConfusionMatrix;
import org.clipjava.eval.metrics.Proportion;
import org.clipjava.io.Shown;

/** Recall and precision of every label, of the first set of templates. Immutable and thread-safe. */
public final class ClassesSection implements ReportSection {
    /** So many of the least recalled are shown on a terminal. */
    private static final int SHOWN = 10;

    private final List<Row> rows;

    private record Row(String label, Proportion recall, Proportion precision) {}

    private ClassesSection(Evaluation evaluation) {
        ConfusionMatrix matrix =
                ConfusionMatrix.of(evaluation.results().getFirst().predictions());
        this.rows = IntStream.range(0, evaluation.labels().size())
                .mapToObj(i -> new Row(evaluation.labels().get(i), matrix.recall(i), matrix.precision(i)))
                .toList();
    }

    /** The classes of an evaluation. */
    public static ClassesSection of(Evaluation evaluation) {
        return new ClassesSection(evaluation);
    }

    @Override
    public String key() {
        return "classes";
    }

    @Override
    public String title() {
        return "Labels";
    }

    @Override
    public String text() {
        List<Row> worst = rows.stream()
                .filter(row -> row.recall.of() > 0)
                .sorted(Comparator.comparingDouble(row -> row.recall.value()))
                .limit(SHOWN)
                .toList();
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("least recalled", "recall", "95 % interval", "precision", "pictures"));
        for (Row row : worst) {
            table.add(List.of(
                    Shown.escaped(row.label),
                    Words.percent(row.recall.value()),
                    Words.percent(row.recall.interval()),
                    Words.percent(row.precision.value()),
                    Words.count(row.recall.of())));
        }
        return Words.columns("  ", table);
    }

    @Override
    public JsonElement json() {
        JsonArray all = new JsonArray();
        for (Row row : rows) {
            JsonObject object = new JsonObject();
            object.addProperty("label", row.label);
            object.addProperty("pictures", row.recall.of());
            object.addProperty("predicted", row.precision.of());
            object.addProperty("right", row.recall.hits());
            add(object, "recall", row.recall);
            add(object, "precision", row.precision);
            all.add(object);
        }
        return all;
    }

    private static void add(JsonObject object, String key, Proportion proportion) {
        if (proportion.of() > 0) {
            object.addProperty(key, proportion.value());
            object.add(key + "_ci95", SummarySection.json(proportion.interval()));
        }
    }

    @Override
    public void html(HtmlWriter page) {
        List<List<String>> table = new ArrayList<>();
        for (Row row : rows) {
            table.add(List.of(
                    row.label,
                    Words.count(row.recall.of()),
                    Words.percent(row.recall.value()),
                    row.recall.of() == 0 ? "" : Words.percent(row.recall.interval()),
                    Words.percent(row.precision.value()),
                    row.precision.of() == 0 ? "" : Words.percent(row.precision.interval())));
        }
        page.open("div", "class", "long")
                .table(
                        "Recall: of the pictures of a label, those taken for it. Precision: of the pictures taken for"
                                + " it, those that are.",
                        List.of("label", "pictures", "recall", "95 % interval", "precision", "95 % interval"),
                        table)
                .close("div");
    }
}
