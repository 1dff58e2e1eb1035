package org.clipjava.eval.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.clipjava.eval.locate.LocateEvaluation;
import org.clipjava.eval.locate.LocateEvaluation.Measure;

/** How well things were found, and some of the pictures. Immutable and thread-safe. */
public final class LocatingSection implements ReportSection {
    private final LocateEvaluation evaluation;
    private final List<Picture> pictures;

    /**
     * A picture for the page.
     *
     * @param name of its file
     * @param address {@code data:image/png;base64,…}
     */
    public record Picture(String name, String address) {}

    private LocatingSection(LocateEvaluation evaluation, List<Picture> pictures) {
        this.evaluation = evaluation;
        this.pictures = List.copyOf(pictures);
    }

    /** What was measured, and pictures to look at. */
    public static LocatingSection of(LocateEvaluation evaluation, List<Picture> pictures) {
        return new LocatingSection(evaluation, pictures);
    }

    private record Row(String key, String words, Measure measure) {}

    private List<Row> rows() {
        return List.of(
                new Row("pointing", "pointing accuracy", evaluation.pointing()),
                new Row("ap50", "box AP50", evaluation.ap50()),
                new Row("mean_iou", "mean IoU", evaluation.meanIou()),
                new Row("recall", "there and found", evaluation.recall()),
                new Row("invented", "not there and found", evaluation.invented()));
    }

    @Override
    public String key() {
        return "locating";
    }

    @Override
    public String title() {
        return "Where things are";
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(evaluation.pictures() + " pictures, " + evaluation.labels()
                + " labels, each asked for in each picture\n");
        for (Row row : rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-20s %6.2f %%  (%.2f to %.2f)%n",
                    row.words,
                    100 * row.measure.value(),
                    100 * row.measure.interval().low(),
                    100 * row.measure.interval().high()));
        }
        return text.toString().replace(System.lineSeparator(), "\n");
    }

    @Override
    public JsonElement json() {
        JsonObject object = new JsonObject();
        object.addProperty("pictures", evaluation.pictures());
        object.addProperty("labels", evaluation.labels());
        object.addProperty("broken", evaluation.broken().size());
        for (Row row : rows()) {
            JsonObject measure = new JsonObject();
            measure.addProperty("value", row.measure.value());
            measure.addProperty("low", row.measure.interval().low());
            measure.addProperty("high", row.measure.interval().high());
            object.add(row.key, measure);
        }
        return object;
    }

    @Override
    public void html(HtmlWriter page) {
        page.table(
                evaluation.pictures() + " pictures, " + evaluation.labels() + " labels, each asked for in each picture",
                List.of("", "%", "from", "to"),
                rows().stream()
                        .map(row -> List.of(
                                row.words,
                                percent(row.measure.value()),
                                percent(row.measure.interval().low()),
                                percent(row.measure.interval().high())))
                        .toList());
        for (Picture picture : pictures) {
            page.element("h3", picture.name);
            page.empty(
                    "img",
                    "src",
                    picture.address,
                    "alt",
                    "what was found in " + picture.name,
                    "style",
                    "max-width:100%");
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }
}
