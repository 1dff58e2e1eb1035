package org.clipjava.eval.report;

import java.util.Locale;

/** A drawing on a page, in SVG: places and lengths in pixels, from its upper left corner. */
final class Drawing {
    private final HtmlWriter page;

    private Drawing(HtmlWriter page) {
        this.page = page;
    }

    /**
     * Begins one.
     *
     * @param label what it shows, for those who can't see it
     */
    static Drawing begin(HtmlWriter page, int width, int height, String label) {
        page.open(
                "svg",
                "viewBox",
                "0 0 " + width + " " + height,
                "width",
                Integer.toString(width),
                "height",
                Integer.toString(height),
                "role",
                "img",
                "aria-label",
                label);
        return new Drawing(page);
    }

    void end() {
        page.close("svg");
    }

    /** @param kind its class in the page's style */
    Drawing rectangle(String kind, double x, double y, double width, double height) {
        page.empty("rect", "class", kind, "x", n(x), "y", n(y), "width", n(width), "height", n(height));
        return this;
    }

    /** @param kind its class in the page's style */
    Drawing line(String kind, double x1, double y1, double x2, double y2) {
        page.empty("line", "class", kind, "x1", n(x1), "y1", n(y1), "x2", n(x2), "y2", n(y2));
        return this;
    }

    /** @param anchor which part of the text is at the place: start, middle or end */
    Drawing text(String text, double x, double y, String anchor) {
        page.element("text", text, "x", n(x), "y", n(y), "text-anchor", anchor);
        return this;
    }

    /** The same, faint: beside an axis. */
    Drawing tick(String text, double x, double y, String anchor) {
        page.element("text", text, "class", "faint", "x", n(x), "y", n(y), "text-anchor", anchor);
        return this;
    }

    /** A frame for points whose height is a share: a line and a percentage to the left of it for every fifth. */
    Drawing shares(double left, double top, double width, double height) {
        rectangle("frame", left, top, width, height);
        for (int i = 0; i <= 5; i++) {
            double y = top + height * (1 - i / 5.0);
            line("grid", left, y, left + width, y).tick(20 * i + " %", left - 6, y + 4, "end");
        }
        return this;
    }

    /** A number as attributes have it. */
    static String n(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
