package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.eval.fit.HeldOutProbe;
import org.clipjava.eval.fit.LinearProbe;
import org.clipjava.eval.metrics.Proportion;

/** A linear probe beside the texts. Immutable and thread-safe. */
public record ProbeSection(HeldOutProbe fitted) implements ReportSection {
    @Override
    public String key() {
        return "linear_probe";
    }

    @Override
    public String title() {
        return "Linear probe";
    }

    @Override
    public String text() {
        return Words.columns(
                        "  ",
                        List.of(
                                List.of("", "acc1", "95 %"),
                                row("zero-shot", fitted.zeroShot().acc1()),
                                row("linear probe", fitted.accuracy().acc1()),
                                List.of(
                                        "difference",
                                        Words.points(fitted.comparison().difference()),
                                        Words.points(fitted.comparison().interval()))))
                + "  " + how() + "\n";
    }

    private static List<String> row(String name, Proportion proportion) {
        return List.of(name, Words.percent(proportion.value()), Words.percent(proportion.interval()));
    }

    private String how() {
        return String.format(
                Locale.ROOT,
                "Each picture by a probe fitted without its fold, one of %d; McNemar's p %s. Penalty of the probe on"
                        + " all: %.2g.",
                fitted.folds(),
                Words.p(fitted.comparison().pValue()),
                fitted.probe().l2());
    }

    @Override
    public JsonElement json() {
        JsonObject object = new JsonObject();
        object.addProperty("folds", fitted.folds());
        object.addProperty("acc1", fitted.accuracy().acc1().value());
        object.addProperty("acc1_zero_shot", fitted.zeroShot().acc1().value());
        object.addProperty("difference", fitted.comparison().difference());
        object.addProperty("difference_low", fitted.comparison().interval().low());
        object.addProperty("difference_high", fitted.comparison().interval().high());
        object.addProperty("only_zero_shot_right", fitted.comparison().onlyFirst());
        object.addProperty("only_probe_right", fitted.comparison().onlySecond());
        object.addProperty("mcnemar_p", fitted.comparison().pValue());
        object.addProperty("l2", fitted.probe().l2());
        object.addProperty("converged", fitted.probe().converged());
        JsonArray trials = new JsonArray();
        for (LinearProbe.Trial trial : fitted.probe().trials()) {
            JsonObject one = new JsonObject();
            one.addProperty("l2", trial.l2());
            one.addProperty("held_out_loss", trial.heldOutLoss());
            one.addProperty("held_out_acc1", trial.heldOutAccuracy());
            trials.add(one);
        }
        object.add("sweep", trials);
        return object;
    }

    @Override
    public void html(HtmlWriter page) {
        page.element("p", how());
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("zero-shot", fitted.zeroShot().acc1()));
        rows.add(row("linear probe", fitted.accuracy().acc1()));
        rows.add(List.of(
                "difference, points",
                Words.points(fitted.comparison().difference()),
                Words.points(fitted.comparison().interval())));
        page.table("Accuracy", List.of("", "acc1", "95 %"), rows);
    }
}
