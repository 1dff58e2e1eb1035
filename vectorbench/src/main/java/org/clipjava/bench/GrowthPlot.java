package org.clipjava.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.bench.Growth.Panel;
import org.clipjava.bench.Growth.Point;
import org.clipjava.bench.Growth.Series;
import org.clipjava.measure.Sample.Interval;

/** Small multiples on two logarithmic axes, as SVG that follows the reader's light or dark theme. */
record GrowthPlot(List<Panel> panels, List<String> notes) {
    private static final int COLUMNS = 3;
    private static final int PANEL_WIDTH = 320;
    private static final int PANEL_HEIGHT = 270;
    private static final int LEFT = 58;
    private static final int TOP = 40;
    private static final int RIGHT = 66;
    private static final int BOTTOM = 50;
    private static final int NOTE_HEIGHT = 18;

    private static final String STYLE = """
            <style>
              svg { background: #ffffff; }
              text { font: 12px system-ui, "Helvetica Neue", Arial, sans-serif; fill: #333333; }
              .title { font-weight: 600; font-size: 14px; fill: #111111; }
              .grid { stroke: #e4e4e4; stroke-width: 1; }
              .proportional { stroke: #9a9a9a; stroke-width: 1; stroke-dasharray: 4 4; fill: none; }
              .s0 { stroke: #0b62c4; fill: #0b62c4; } .s1 { stroke: #c2540a; fill: #c2540a; }
              .line { fill: none; stroke-width: 2; } .bar { stroke-width: 1.5; }
              text.s0, text.s1 { stroke: none; }
              @media (prefers-color-scheme: dark) {
                svg { background: #0d1117; }
                text { fill: #c9d1d9; } .title { fill: #f0f6fc; }
                .grid { stroke: #2b323b; } .proportional { stroke: #7d8590; }
                .s0 { stroke: #6cb6ff; fill: #6cb6ff; } .s1 { stroke: #f69d50; fill: #f69d50; }
              }
            </style>
            """;

    String toSvg() {
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        int width = COLUMNS * PANEL_WIDTH;
        int height = rows * PANEL_HEIGHT + notes.size() * NOTE_HEIGHT + 20;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                .formatted(width, height, width, height));
        svg.append("<title>Time over size</title>\n").append(STYLE);
        for (int i = 0; i < panels.size(); i++) {
            svg.append("<g transform=\"translate(%d %d)\">\n"
                    .formatted(i % COLUMNS * PANEL_WIDTH, i / COLUMNS * PANEL_HEIGHT));
            new Drawing(panels.get(i), svg).draw();
            svg.append("</g>\n");
        }
        for (int i = 0; i < notes.size(); i++) {
            text(svg, "", 12, rows * PANEL_HEIGHT + (i + 1) * NOTE_HEIGHT, "start", notes.get(i));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void text(StringBuilder svg, String style, double x, double y, String anchor, String text) {
        svg.append("<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
                .formatted(style, number(x), number(y), anchor, escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** A logarithmic axis from one value to another, in pixels from one place to another. */
    record Axis(double from, double to, double start, double end) {
        double at(double value) {
            return start + (end - start) * Math.log(value / from) / Math.log(to / from);
        }

        /** 1, 2 and 5 times powers of ten, or the powers alone where those are many. */
        List<Double> ticks() {
            boolean many = to / from > 300;
            List<Double> ticks = new ArrayList<>();
            for (int power = (int) Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
                for (int digit : many ? new int[] {1} : new int[] {1, 2, 5}) {
                    double tick = digit * Math.pow(10, power);
                    if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) {
                        ticks.add(tick);
                    }
                }
            }
            return ticks;
        }

        static String label(double tick) {
            return tick >= 1
                    ? String.format(Locale.ROOT, "%,.0f", tick)
                    : Double.toString(Math.round(tick * 1e6) / 1e6);
        }

        /** @param millis on the axis */
        static String time(double millis) {
            return millis < 1000 ? label(millis) + " ms" : label(millis / 1000) + " s";
        }
    }

    /** One panel. */
    private static final class Drawing {
        private final Panel panel;
        private final StringBuilder svg;
        private final Axis x;
        private final Axis y;

        Drawing(Panel panel, StringBuilder svg) {
            this.panel = panel;
            this.svg = svg;
            double left = Double.MAX_VALUE;
            double right = 0;
            double low = Double.MAX_VALUE;
            double high = 0;
            for (Series series : panel.series()) {
                for (Point point : series.points()) {
                    left = Math.min(left, point.x());
                    right = Math.max(right, point.x());
                    Interval interval = interval(point);
                    low = Math.min(low, interval.low());
                    high = Math.max(high, interval.high());
                }
            }
            x = new Axis(left * 0.9, Math.max(right, left * 1.5) * 1.1, LEFT, PANEL_WIDTH - RIGHT);
            y = new Axis(low * 0.75, high * 1.33, PANEL_HEIGHT - BOTTOM, TOP);
        }

        void draw() {
            text(svg, "title", LEFT, 22, "start", panel.title());
            for (double tick : y.ticks()) {
                line("grid", LEFT, y.at(tick), PANEL_WIDTH - RIGHT, y.at(tick));
                text(svg, "", LEFT - 6, y.at(tick) + 4, "end", Axis.time(tick));
            }
            for (double tick : x.ticks()) {
                line("grid", x.at(tick), TOP, x.at(tick), PANEL_HEIGHT - BOTTOM);
                text(svg, "", x.at(tick), PANEL_HEIGHT - BOTTOM + 16, "middle", Axis.label(tick));
            }
            text(svg, "", (LEFT + PANEL_WIDTH - RIGHT) / 2.0, PANEL_HEIGHT - BOTTOM + 34, "middle", panel.xLabel());
            for (int i = 0; i < panel.series().size(); i++) {
                proportional(panel.series().get(i));
            }
            for (int i = 0; i < panel.series().size(); i++) {
                draw(panel.series().get(i), "s" + i);
            }
        }

        private void draw(Series series, String style) {
            StringBuilder path = new StringBuilder();
            for (Point point : series.points()) {
                path.append(path.isEmpty() ? "M" : " L")
                        .append(number(x.at(point.x())))
                        .append(' ')
                        .append(number(y.at(point.millis().median())));
            }
            svg.append("<path class=\"line %s\" style=\"fill:none\" d=\"%s\"/>\n".formatted(style, path));
            for (Point point : series.points()) {
                Interval interval = interval(point);
                double at = x.at(point.x());
                line("bar " + style, at, y.at(interval.low()), at, y.at(interval.high()));
                svg.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"3\"/>\n"
                        .formatted(style, number(at), number(y.at(point.millis().median()))));
            }
            Point last = series.points().getLast();
            text(svg, style, x.at(last.x()) + 8, y.at(last.millis().median()) + 4, "start", series.name());
        }

        /** From the first point, as far as the panel goes. With threads, where more of them is less time, downwards. */
        private void proportional(Series series) {
            Point first = series.points().getFirst();
            double x0 = first.x();
            double y0 = first.millis().median();
            boolean falls = panel.falls();
            double x1 = falls ? Math.min(x.to, x0 * y0 / y.from) : Math.min(x.to, x0 * y.to / y0);
            double y1 = falls ? y0 * x0 / x1 : y0 * x1 / x0;
            svg.append("<path class=\"proportional\" d=\"M%s %s L%s %s\"/>\n"
                    .formatted(number(x.at(x0)), number(y.at(y0)), number(x.at(x1)), number(y.at(y1))));
        }

        private void line(String style, double x1, double y1, double x2, double y2) {
            svg.append("<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
                    .formatted(style, number(x1), number(y1), number(x2), number(y2)));
        }

        private static Interval interval(Point point) {
            double median = point.millis().median();
            return point.millis().interval().orElse(new Interval(median, median));
        }
    }
}
