package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.metrics.Reliability;

/** Whether confidence means what it says, of the first set of templates. */
public final class ReliabilitySection implements ReportSection {
    private static final int SIDE = 300;
    private static final int LEFT = 64;
    private static final int TOP = 16;

    private final Reliability reliability;

    private ReliabilitySection(Evaluation evaluation) {
        this.reliability = Reliability.of(evaluation.results().getFirst().predictions());
    }

    public static ReliabilitySection of(Evaluation evaluation) {
        return new ReliabilitySection(evaluation);
    }

    @Override
    public String key() {
        return "calibration";
    }

    @Override
    public String title() {
        return "Calibration";
    }

    @Override
    public String text() {
        return "  expected calibration error  " + Words.percent(reliability.expectedCalibrationError()) + " ("
                + Reliability.BINS + " bins)\n";
    }

    @Override
    public JsonElement json() {
        JsonArray bins = new JsonArray();
        for (Reliability.Bin bin : reliability.bins()) {
            JsonObject object = new JsonObject();
            object.addProperty("low", bin.low());
            object.addProperty("high", bin.high());
            object.addProperty("pictures", bin.right().of());
            object.addProperty("right", bin.right().hits());
            if (bin.right().of() > 0) {
                object.addProperty("confidence", bin.confidence());
                object.addProperty("accuracy", bin.right().value());
            }
            bins.add(object);
        }
        JsonObject object = new JsonObject();
        object.addProperty("expected_calibration_error", reliability.expectedCalibrationError());
        object.add("bins", bins);
        return object;
    }

    @Override
    public void html(HtmlWriter page) {
        page.element(
                "p",
                "Expected calibration error " + Words.percent(reliability.expectedCalibrationError())
                        + ". Bars are the accuracy of the pictures of a confidence, outlines the confidence itself: a bar below its "
                        + "outline is too sure, one above it not sure enough.");
        page.open(
                "svg",
                "viewBox",
                "0 0 " + (LEFT + SIDE + 24) + " " + (TOP + SIDE + 48),
                "width",
                Integer.toString(LEFT + SIDE + 24),
                "height",
                Integer.toString(TOP + SIDE + 48),
                "role",
                "img",
                "aria-label",
                "Reliability diagram: accuracy by confidence; the numbers are in the table below");
        page.empty("rect", "class", "frame", "x", n(LEFT), "y", n(TOP), "width", n(SIDE), "height", n(SIDE));
        for (int i = 0; i <= 5; i++) {
            double share = i / 5.0;
            page.empty(
                    "line", "class", "grid", "x1", n(LEFT), "x2", n(LEFT + SIDE), "y1", n(y(share)), "y2", n(y(share)));
            page.element(
                    "text",
                    20 * i + " %",
                    "class",
                    "faint",
                    "x",
                    n(LEFT - 6),
                    "y",
                    n(y(share) + 4),
                    "text-anchor",
                    "end");
            page.element(
                    "text",
                    20 * i + " %",
                    "class",
                    "faint",
                    "x",
                    n(x(share)),
                    "y",
                    n(TOP + SIDE + 18),
                    "text-anchor",
                    "middle");
        }
        page.element("text", "confidence", "x", n(x(0.5)), "y", n(TOP + SIDE + 38), "text-anchor", "middle");
        page.element(
                "text",
                "accuracy",
                "transform",
                "translate(12 " + n(y(0.5)) + ") rotate(-90)",
                "text-anchor",
                "middle");
        for (Reliability.Bin bin : reliability.bins()) {
            if (bin.right().of() > 0) {
                bar(page, "bar", bin, bin.right().value());
                bar(page, "gap", bin, bin.confidence());
            }
        }
        page.empty("line", "class", "ideal", "x1", n(x(0)), "y1", n(y(0)), "x2", n(x(1)), "y2", n(y(1)));
        page.close("svg");
        List<List<String>> rows = new ArrayList<>();
        for (Reliability.Bin bin : reliability.bins()) {
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.1f to %.1f %%", 100 * bin.low(), 100 * bin.high()),
                    Words.count(bin.right().of()),
                    Words.percent(bin.confidence()),
                    Words.percent(bin.right().value())));
        }
        page.table("By confidence", List.of("confidence", "pictures", "mean confidence", "accuracy"), rows);
    }

    private static void bar(HtmlWriter page, String kind, Reliability.Bin bin, double height) {
        double gap = 1.5;
        page.empty(
                "rect",
                "class",
                kind,
                "x",
                n(x(bin.low()) + gap),
                "y",
                n(y(height)),
                "width",
                n(x(bin.high()) - x(bin.low()) - 2 * gap),
                "height",
                n(y(0) - y(height)));
    }

    private static double x(double share) {
        return LEFT + SIDE * share;
    }

    private static double y(double share) {
        return TOP + SIDE * (1 - share);
    }

    private static String n(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
