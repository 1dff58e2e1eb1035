package org.clipjava.eval.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.eval.fit.ShotCurve;
import org.clipjava.eval.fit.ShotCurve.Method;
import org.clipjava.eval.fit.ShotCurve.Point;
import org.clipjava.eval.metrics.Interval;

/** Accuracy by the number of examples, drawn. Immutable and thread-safe. */
public record ShotCurveSection(ShotCurve curve) implements ReportSection {
    private static final int LEFT = 48;
    private static final int TOP = 16;
    private static final int WIDTH = 480;
    private static final int HEIGHT = 300;
    private static final int NAMES_WIDTH = 140;
    private static final int LINE = 15;

    @Override
    public String key() {
        return "few_shot";
    }

    @Override
    public String title() {
        return "Few shots";
    }

    @Override
    public String text() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "shots", "acc1", "95 %"));
        for (Point point : curve.points()) {
            rows.add(row(point));
        }
        return Words.columns("  ", rows) + "  " + how() + "\n";
    }

    private static String name(Method method) {
        return switch (method) {
            case ZERO_SHOT -> "zero-shot";
            case CLASS_MEANS -> "class means";
            case BLEND -> "means and texts";
            case LINEAR_PROBE -> "linear probe";
        };
    }

    /** Told apart without colours: by dashes, and by the names at the lines' ends. */
    private static String dashes(Method method) {
        return switch (method) {
            case ZERO_SHOT -> "2 4";
            case CLASS_MEANS -> "8 4";
            case BLEND -> "none";
            case LINEAR_PROBE -> "10 3 2 3";
        };
    }

    private static List<String> row(Point point) {
        return List.of(
                name(point.method()),
                Integer.toString(point.shots()),
                Words.percent(point.mean()),
                Words.percent(new Interval(point.low(), point.high())));
    }

    private String how() {
        return "Means over " + curve.seeds().size() + " draws of examples (seeds " + curve.seeds()
                + "), measured on pictures that were none; intervals over the draws, Student's t.";
    }

    @Override
    public JsonElement json() {
        JsonArray points = new JsonArray();
        for (Point point : curve.points()) {
            JsonObject object = new JsonObject();
            object.addProperty("method", point.method().name().toLowerCase(Locale.ROOT));
            object.addProperty("shots", point.shots());
            object.addProperty("acc1", point.mean());
            object.addProperty("low", point.low());
            object.addProperty("high", point.high());
            JsonArray accuracies = new JsonArray();
            point.accuracies().forEach(accuracies::add);
            object.add("acc1_by_seed", accuracies);
            points.add(object);
        }
        JsonArray seeds = new JsonArray();
        curve.seeds().forEach(seeds::add);
        JsonObject object = new JsonObject();
        object.add("seeds", seeds);
        object.add("points", points);
        return object;
    }

    @Override
    public void html(HtmlWriter page) {
        page.element("p", how());
        Drawing drawing = Drawing.begin(
                        page,
                        LEFT + WIDTH + NAMES_WIDTH,
                        TOP + HEIGHT + 48,
                        "Accuracy by the number of examples of each class; the numbers are in the table below")
                .shares(LEFT, TOP, WIDTH, HEIGHT);
        for (Point point : curve.points()) {
            if (point.method() == Method.BLEND) {
                drawing.tick(Integer.toString(point.shots()), x(point.shots()), TOP + HEIGHT + 18, "middle");
            }
        }
        drawing.text("examples of each class", LEFT + WIDTH / 2.0, TOP + HEIGHT + 38, "middle");
        double nameBelow = Double.NEGATIVE_INFINITY;
        List<Point> ends = new ArrayList<>();
        for (Method method : Method.values()) {
            List<Point> points = curve.points().stream()
                    .filter(point -> point.method() == method)
                    .toList();
            line(page, drawing, points);
            ends.add(points.getLast());
        }
        ends.sort((a, b) -> Double.compare(b.mean(), a.mean()));
        for (Point end : ends) {
            nameBelow = Math.max(y(end.mean()) + 4, nameBelow + LINE);
            drawing.text(name(end.method()), LEFT + WIDTH + 8, nameBelow, "start");
        }
        drawing.end();
        List<List<String>> rows = new ArrayList<>();
        for (Point point : curve.points()) {
            rows.add(row(point));
        }
        page.table("By examples of each class", List.of("", "examples", "acc1", "95 %"), rows);
    }

    /** The means joined, each with its interval; zero-shot goes all the way. */
    private void line(HtmlWriter page, Drawing drawing, List<Point> points) {
        Method method = points.getFirst().method();
        StringBuilder path = new StringBuilder();
        for (Point point : points) {
            double x = method == Method.ZERO_SHOT ? LEFT : x(point.shots());
            path.append(path.isEmpty() ? "M" : " L")
                    .append(Drawing.n(x))
                    .append(' ')
                    .append(Drawing.n(y(point.mean())));
            if (method != Method.ZERO_SHOT) {
                drawing.line("axis", x, y(point.low()), x, y(point.high()));
                page.empty(
                        "circle",
                        "class",
                        method == Method.LINEAR_PROBE ? "wrong" : "bar",
                        "cx",
                        Drawing.n(x),
                        "cy",
                        Drawing.n(y(point.mean())),
                        "r",
                        "3");
            }
        }
        if (method == Method.ZERO_SHOT) {
            path.append(" L")
                    .append(Drawing.n(LEFT + WIDTH))
                    .append(' ')
                    .append(Drawing.n(y(points.getFirst().mean())));
        }
        page.empty(
                "path",
                "class",
                method == Method.LINEAR_PROBE ? "gap" : "axis",
                "d",
                path.toString(),
                "fill",
                "none",
                "stroke-dasharray",
                dashes(method));
    }

    /** Doublings are equally far apart. */
    private double x(int shots) {
        int most = curve.points().stream().mapToInt(Point::shots).max().orElse(1);
        int least = curve.points().stream()
                .filter(point -> point.shots() > 0)
                .mapToInt(Point::shots)
                .min()
                .orElse(1);
        double share = most == least ? 0.5 : Math.log((double) shots / least) / Math.log((double) most / least);
        return LEFT + 24 + (WIDTH - 48) * share;
    }

    private static double y(double share) {
        return TOP + HEIGHT * (1 - share);
    }
}
