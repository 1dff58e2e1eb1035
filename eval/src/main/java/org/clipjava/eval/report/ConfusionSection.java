package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.metrics.ConfusionMatrix;
import org.clipjava.io.Shown;

/** What was taken for what, of the first set of templates. Immutable and thread-safe. */
public final class ConfusionSection implements ReportSection {
    private static final int PAIRS = 20;
    private static final int PAIRS_IN_TEXT = 10;

    /** More cells would make the page slow. */
    private static final int MOST_CELLS = 20_000;

    /** More labels can't be read beside the matrix. */
    private static final int MOST_NAMED = 60;

    /** A count of three digits fits into a cell of so many pixels. */
    private static final int SIDE_OF_A_COUNT = 20;

    private static final int LONGEST_NAME = 24;
    private static final int SIDE = 640;

    /** So that the matrix of a few labels is as wide as a phone. */
    private static final int LARGEST_CELL = 64;

    private static final int MARGIN = 150;

    private final List<String> labels;
    private final ConfusionMatrix matrix;

    private ConfusionSection(Evaluation evaluation) {
        this.labels = evaluation.labels();
        this.matrix = ConfusionMatrix.of(evaluation.results().getFirst().predictions());
    }

    /** What was taken for what in an evaluation. */
    public static ConfusionSection of(Evaluation evaluation) {
        return new ConfusionSection(evaluation);
    }

    @Override
    public String key() {
        return "confusion";
    }

    @Override
    public String title() {
        return "Confusion";
    }

    private List<List<String>> pairs(int most) {
        List<List<String>> rows = new ArrayList<>();
        for (ConfusionMatrix.Cell cell : matrix.mostConfused(most)) {
            rows.add(List.of(
                    labels.get(cell.truth()),
                    labels.get(cell.predicted()),
                    Words.count(cell.count()),
                    Words.count(matrix.recall(cell.truth()).of())));
        }
        return rows;
    }

    @Override
    public String text() {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("most confused", "taken for", "times", "of"));
        for (List<String> row : pairs(PAIRS_IN_TEXT)) {
            table.add(row.stream().map(Shown::escaped).toList());
        }
        return table.size() == 1 ? "" : Words.columns("  ", table);
    }

    @Override
    public JsonElement json() {
        JsonArray names = new JsonArray();
        labels.forEach(names::add);
        JsonArray cells = new JsonArray();
        for (ConfusionMatrix.Cell cell : matrix.cells()) {
            JsonArray one = new JsonArray();
            one.add(cell.truth());
            one.add(cell.predicted());
            one.add(cell.count());
            cells.add(one);
        }
        JsonObject object = new JsonObject();
        object.add("labels", names);
        object.add("cells", cells);
        return object;
    }

    @Override
    public void html(HtmlWriter page) {
        List<ConfusionMatrix.Cell> cells = matrix.cells();
        if (cells.size() <= MOST_CELLS) {
            page.element(
                    "p",
                    "A row for each label, a column for what its pictures were taken for; the stronger its colour, the"
                            + " larger its share of the row. Mistakes are orange."
                            + (hasCounts() ? " The numbers count pictures." : ""));
            draw(page, cells);
        }
        List<List<String>> pairs = pairs(PAIRS);
        if (!pairs.isEmpty()) {
            page.table("Most confused", List.of("label", "taken for", "times", "of"), pairs);
        }
    }

    private boolean hasCounts() {
        return SIDE / labels.size() >= SIDE_OF_A_COUNT;
    }

    private void draw(HtmlWriter page, List<ConfusionMatrix.Cell> cells) {
        boolean named = labels.size() <= MOST_NAMED;
        int margin = named ? MARGIN : 8;
        int extent = Math.min(SIDE, LARGEST_CELL * labels.size());
        double side = (double) extent / labels.size();
        int size = margin + extent + 8;
        page.open("div", "class", "wide", "tabindex", "0", "role", "region", "aria-label", "Confusion matrix");
        Drawing drawing = Drawing.begin(
                        page, size, size, "Confusion matrix; the most frequent mistakes are in the table below")
                .rectangle("frame", margin, margin, extent, extent);
        for (ConfusionMatrix.Cell cell : cells) {
            double share = (double) cell.count() / matrix.recall(cell.truth()).of();
            page.open(
                            "rect",
                            "class",
                            cell.truth() == cell.predicted() ? "cell" : "wrong",
                            "x",
                            Drawing.n(margin + cell.predicted() * side),
                            "y",
                            Drawing.n(margin + cell.truth() * side),
                            "width",
                            Drawing.n(side),
                            "height",
                            Drawing.n(side),
                            "fill-opacity",
                            String.format(Locale.ROOT, "%.2f", 0.25 + 0.75 * share))
                    .element(
                            "title",
                            labels.get(cell.truth()) + " taken for " + labels.get(cell.predicted()) + ": "
                                    + Words.count(cell.count()))
                    .close("rect");
            if (hasCounts()) {
                page.element(
                        "text",
                        Integer.toString(cell.count()),
                        "class",
                        share > 0.4 ? "count strong" : "count",
                        "x",
                        Drawing.n(margin + (cell.predicted() + 0.5) * side),
                        "y",
                        Drawing.n(margin + (cell.truth() + 0.5) * side));
            }
        }
        if (named) {
            String font = "font-size: " + Drawing.n(Math.clamp(side * 0.85, 6, 12)) + "px";
            for (int i = 0; i < labels.size(); i++) {
                double middle = margin + (i + 0.5) * side;
                String name = Shown.text(labels.get(i), LONGEST_NAME);
                page.element(
                        "text",
                        name,
                        "x",
                        Drawing.n(margin - 5),
                        "y",
                        Drawing.n(middle),
                        "class",
                        "name",
                        "text-anchor",
                        "end",
                        "style",
                        font);
                page.element(
                        "text",
                        name,
                        "transform",
                        "translate(" + Drawing.n(middle) + " " + Drawing.n(margin - 5) + ") rotate(-90)",
                        "class",
                        "name",
                        "style",
                        font);
            }
        }
        drawing.end();
        page.close("div");
    }
}
