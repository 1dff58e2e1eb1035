package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.eval.Evaluation;
import org.clipjava.eval.metrics.Reliability;

/** Whether confidence means what it says, of the first set of templates. Immutable and thread-safe. */
public final class ReliabilitySection implements ReportSection {
    private static final int SIDE = 300;
    private static final int LEFT = 64;
    private static final int TOP = 16;

    private final Reliability reliability;

    private ReliabilitySection(Evaluation evaluation) {
        this.reliability = Reliability.of(evaluation.results().getFirst().predictions());
    }

    /** How far scores can be believed in an evaluation. */
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
                        + ". Bars are the accuracy of the pictures of a confidence, outlines the confidence itself: a"
                        + " bar below its outline is too sure, one above it not sure enough.");
        Drawing drawing = Drawing.begin(
                        page,
                        LEFT + SIDE + 24,
                        TOP + SIDE + 48,
                        "Reliability diagram: accuracy by confidence; the numbers are in the table below")
                .shares(LEFT, TOP, SIDE, SIDE);
        for (int i = 0; i <= 5; i++) {
            drawing.tick(20 * i + " %", x(i / 5.0), TOP + SIDE + 18, "middle");
        }
        drawing.text("confidence", x(0.5), TOP + SIDE + 38, "middle");
        page.element(
                "text",
                "accuracy",
                "transform",
                "translate(12 " + Drawing.n(y(0.5)) + ") rotate(-90)",
                "text-anchor",
                "middle");
        for (Reliability.Bin bin : reliability.bins()) {
            if (bin.right().of() > 0) {
                bar(drawing, "bar", bin, bin.right().value());
                bar(drawing, "gap", bin, bin.confidence());
            }
        }
        drawing.line("ideal", x(0), y(0), x(1), y(1)).end();
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

    private static void bar(Drawing drawing, String kind, Reliability.Bin bin, double height) {
        double gap = 1.5;
        drawing.rectangle(
                kind, x(bin.low()) + gap, y(height), x(bin.high()) - x(bin.low()) - 2 * gap, y(0) - y(height));
    }

    private static double x(double share) {
        return LEFT + SIDE * share;
    }

    private static double y(double share) {
        return TOP + SIDE * (1 - share);
    }
}
