package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.TemplateSet;
import org.clipjava.eval.metrics.Accuracy;
import org.clipjava.eval.metrics.PairedComparison;
import org.clipjava.io.Shown;

/** Several sets of templates on the same pictures, each held against the first. Immutable and thread-safe. */
public final class ComparisonSection implements ReportSection {
    private final long seed;
    private final List<Row> rows = new ArrayList<>();

    private record Row(TemplateSet templates, Accuracy accuracy, Optional<PairedComparison> toFirst) {}

    private ComparisonSection(Evaluation evaluation, long seed) {
        this.seed = seed;
        List<Evaluation.Result> results = evaluation.results();
        for (int i = 0; i < results.size(); i++) {
            Evaluation.Result result = results.get(i);
            rows.add(new Row(
                    result.templates(),
                    Accuracy.of(result.predictions()),
                    i == 0 || result.predictions().count() == 0
                            ? Optional.empty()
                            : Optional.of(PairedComparison.of(
                                    results.getFirst().predictions(), result.predictions(), seed))));
        }
    }

    /**
     * Compares.
     *
     * @param seed of the bootstrap
     */
    public static ComparisonSection of(Evaluation evaluation, long seed) {
        return new ComparisonSection(evaluation, seed);
    }

    @Override
    public String key() {
        return "comparison";
    }

    @Override
    public String title() {
        return "Templates compared";
    }

    private static final List<String> HEADS =
            List.of("templates", "acc1", "difference", "95 % interval", "McNemar's p", "better on", "worse on");

    private List<List<String>> table() {
        List<List<String>> table = new ArrayList<>();
        for (Row row : rows) {
            List<String> cells = new ArrayList<>();
            cells.add(row.templates.name());
            cells.add(Words.percent(row.accuracy.acc1().value()));
            row.toFirst.ifPresent(comparison -> {
                cells.add(Words.points(comparison.difference()));
                cells.add(Words.points(comparison.interval()));
                cells.add(Words.p(comparison.pValue()));
                cells.add(Words.count(comparison.onlySecond()));
                cells.add(Words.count(comparison.onlyFirst()));
            });
            table.add(cells);
        }
        return table;
    }

    private String note() {
        return "Differences in points to " + rows.getFirst().templates.name() + ". Intervals: paired bootstrap, "
                + Words.count(PairedComparison.RESAMPLES) + " resamples, seed " + seed
                + ". McNemar's test: exact below " + PairedComparison.FEW_DISCORDANT
                + " discordant pictures, else chi-squared with continuity correction.";
    }

    @Override
    public String text() {
        List<List<String>> table = new ArrayList<>();
        table.add(HEADS);
        for (List<String> row : table()) {
            table.add(row.stream().map(Shown::escaped).toList());
        }
        return Words.columns("  ", table) + "  " + Shown.escaped(note()).replace(". ", ".\n  ") + "\n";
    }

    @Override
    public JsonElement json() {
        JsonArray sets = new JsonArray();
        for (Row row : rows) {
            JsonObject set = SummarySection.json(row.templates);
            set.add("metrics", SummarySection.metrics(row.accuracy));
            row.toFirst.ifPresent(comparison -> {
                set.addProperty("difference", comparison.difference());
                set.add("difference_ci95", SummarySection.json(comparison.interval()));
                set.addProperty("mcnemar_p", comparison.pValue());
                set.addProperty("mcnemar_exact", comparison.exact());
                set.addProperty("only_first_right", comparison.onlyFirst());
                set.addProperty("only_this_right", comparison.onlySecond());
            });
            sets.add(set);
        }
        JsonObject object = new JsonObject();
        object.addProperty("seed", seed);
        object.addProperty("resamples", PairedComparison.RESAMPLES);
        object.add("sets", sets);
        return object;
    }

    @Override
    public void html(HtmlWriter page) {
        List<List<String>> table = new ArrayList<>();
        for (List<String> row : table()) {
            List<String> whole = new ArrayList<>(row);
            while (whole.size() < HEADS.size()) {
                whole.add("");
            }
            table.add(whole);
        }
        page.table("Every set on the same pictures", HEADS, table).element("p", note(), "class", "faint");
    }
}
