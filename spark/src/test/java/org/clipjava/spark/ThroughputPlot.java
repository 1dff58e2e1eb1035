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

    private ThroughputPlot() {}

    /** One line of the plot: what runs, and its pictures a second by its cores. */
    private enum Series {
        ENGINE("engine alone", "#555555", -8),
        LOCAL("one Spark, local[n]", "#1f77b4", 0),
        CLUSTER("n executors of one core", "#d62728", 8);

        private final String label;
        private final String colour;
        private final int shift;

        Series(String label, String colour, int shift) {
            this.label = label;
            this.colour = colour;
            this.shift = shift;
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
        line(
                svg,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='13'>",
                WIDTH,
                HEIGHT);
        line(svg, "<rect width='%d' height='%d' fill='white'/>", WIDTH, HEIGHT);
        line(svg, "<text x='%d' y='28' font-size='16'>Pictures a second, ViT-B/32</text>", LEFT);
        for (double rate = 0; rate <= top; rate += step) {
            line(svg, "<path d='M%d %.1fH%d' stroke='#dddddd'/>", LEFT, y(rate, top), RIGHT);
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
            line(svg, "<circle cx='%d' cy='%d' r='5' fill='%s'/>", RIGHT + 20, y - 4, line.getKey().colour);
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
            rates.forEach(
                    rate -> line(svg, "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>", x, y(rate, top), series.colour));
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
        line(svg, "<path d='%s' fill='none' stroke='%s' stroke-width='1.5'/>", path, series.colour);
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
