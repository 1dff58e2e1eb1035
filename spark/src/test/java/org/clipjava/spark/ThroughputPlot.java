package org.clipjava.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws what {@link ThroughputTrial} has measured: pictures a second against cores, each run a dot, medians joined by a line.
 * Arguments: the file of results, the SVG.
 */
final class ThroughputPlot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEFT = 70;
    private static final int BOTTOM = 340;
    private static final int TOP = 50;
    private static final int RIGHT = 440;

    /** Dark where the reader's system is; what is behind the drawing is the page. */
    private static final String STYLE = """
            <style>
              text { font: 13px system-ui, "Helvetica Neue", Arial, sans-serif; fill: #333333; }
              .title { font-weight: 600; font-size: 15px; fill: #111111; }
              .grid { stroke: #e4e4e4; } .line { stroke-width: 1.5; }
              .s0 { fill: #555555; stroke: #555555; } .s1 { fill: #0b62c4; stroke: #0b62c4; }
              .s2 { fill: #c2540a; stroke: #c2540a; }
              @media (prefers-color-scheme: dark) {
                text { fill: #c9d1d9; } .title { fill: #f0f6fc; } .grid { stroke: #2b323b; }
                .s0 { fill: #a2abb5; stroke: #a2abb5; } .s1 { fill: #6cb6ff; stroke: #6cb6ff; }
                .s2 { fill: #f69d50; stroke: #f69d50; }
              }
              path.line { fill: none; }
            </style>
            """;

    private ThroughputPlot() {}

    /** One line of the plot: what runs, and its pictures a second by its cores. */
    private enum Series {
        ENGINE("engine alone", -8),
        LOCAL("one Spark, local[n]", 0),
        CLUSTER("n executors of one core", 8);

        private final String label;
        private final int shift;

        Series(String label, int shift) {
            this.label = label;
            this.shift = shift;
        }

        /** Its class in {@link #STYLE}. */
        String kind() {
            return switch (this) {
                case ENGINE -> "s0";
                case LOCAL -> "s1";
                case CLUSTER -> "s2";
            };
        }

        static Series of(String what) {
            return what.equals("engine") ? ENGINE : what.startsWith("local-cluster") ? CLUSTER : LOCAL;
        }
    }

    public static void main(String[] args) throws IOException {
        Map<Series, Map<Integer, List<Double>>> measured = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            // the master has commas too, so from the right
            int seconds = line.lastIndexOf(',');
            int pictures = line.lastIndexOf(',', seconds - 1);
            int cores = line.lastIndexOf(',', pictures - 1);
            double rate = Double.parseDouble(line.substring(pictures + 1, seconds))
                    / Double.parseDouble(line.substring(seconds + 1));
            measured.computeIfAbsent(Series.of(line.substring(0, cores)), key -> new TreeMap<>())
                    .computeIfAbsent(Integer.valueOf(line.substring(cores + 1, pictures)), key -> new ArrayList<>())
                    .add(rate);
        }
        Files.writeString(Path.of(args[1]), draw(measured));
    }

    private static String draw(Map<Series, Map<Integer, List<Double>>> measured) {
        double largest = measured.values().stream()
                .flatMap(byCores -> byCores.values().stream())
                .flatMap(List::stream)
                .mapToDouble(rate -> rate)
                .max()
                .orElseThrow();
        double step = largest > 100 ? 20 : 10;
        double top = Math.ceil(largest * 1.1 / step) * step;
        int most = measured.values().stream()
                .flatMap(byCores -> byCores.keySet().stream())
                .mapToInt(cores -> cores)
                .max()
                .orElseThrow();
        StringBuilder svg = new StringBuilder();
        line(svg, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'>", WIDTH, HEIGHT);
        svg.append("<title>Pictures a second over cores</title>\n").append(STYLE);
        line(svg, "<text class='title' x='%d' y='28'>Pictures a second, ViT-B/32</text>", LEFT);
        for (double rate = 0; rate <= top; rate += step) {
            line(svg, "<path class='grid' d='M%d %.1fH%d'/>", LEFT, y(rate, top), RIGHT);
            line(svg, "<text x='%d' y='%.1f' text-anchor='end'>%.0f</text>", LEFT - 8, y(rate, top) + 4, rate);
        }
        for (int cores = 1; cores <= most; cores++) {
            line(svg, "<text x='%.1f' y='%d' text-anchor='middle'>%d</text>", x(cores, most), BOTTOM + 20, cores);
        }
        line(
                svg,
                "<text x='%d' y='%d' text-anchor='middle'>executors, or cores of one JVM</text>",
                (LEFT + RIGHT) / 2,
                BOTTOM + 44);
        int entry = 0;
        for (Map.Entry<Series, Map<Integer, List<Double>>> line : measured.entrySet()) {
            draw(svg, line.getKey(), line.getValue(), top, most);
            int y = TOP + 30 + 24 * entry++;
            line(
                    svg,
                    "<circle class='%s' cx='%d' cy='%d' r='5'/>",
                    line.getKey().kind(),
                    RIGHT + 20,
                    y - 4);
            line(svg, "<text x='%d' y='%d'>%s</text>", RIGHT + 32, y, line.getKey().label);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(
            StringBuilder svg, Series series, Map<Integer, List<Double>> byCores, double top, int most) {
        StringBuilder path = new StringBuilder();
        byCores.forEach((cores, rates) -> {
            double x = x(cores, most) + series.shift;
            List<Double> sorted = rates.stream().sorted().toList();
            double median = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y(median, top)));
            rates.forEach(rate ->
                    line(svg, "<circle class='%s' cx='%.1f' cy='%.1f' r='3'/>", series.kind(), x, y(rate, top)));
            System.err.printf(
                    Locale.ROOT,
                    "%s, %d: median %.2f pictures/s of %d runs, %.2f to %.2f%n",
                    series.label,
                    cores,
                    median,
                    sorted.size(),
                    sorted.getFirst(),
                    sorted.getLast());
        });
        line(svg, "<path class='line %s' d='%s'/>", series.kind(), path);
    }

    private static double x(int cores, int most) {
        return LEFT + (RIGHT - LEFT) * (cores - 0.5) / most;
    }

    private static double y(double rate, double top) {
        return BOTTOM - (BOTTOM - TOP) * rate / top;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency, for twenty lines of SVG
    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
