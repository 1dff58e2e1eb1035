package org.clipjava.eval.report;

import java.util.List;

/** Writes HTML and SVG; whatever text goes in is escaped, and can neither open an element nor end an attribute. */
public final class HtmlWriter {
    private final StringBuilder html = new StringBuilder();

    boolean isEmpty() {
        return html.isEmpty();
    }

    HtmlWriter append(HtmlWriter other) {
        html.append(other.html);
        return this;
    }

    /** A start tag: attributes' names and values in turn. */
    public HtmlWriter open(String element, String... attributes) {
        return tag(element, ">", attributes);
    }

    /** An end tag. */
    public HtmlWriter close(String element) {
        html.append("</").append(element).append(">\n");
        return this;
    }

    /** An element without content. */
    public HtmlWriter empty(String element, String... attributes) {
        return tag(element, "/>", attributes);
    }

    private HtmlWriter tag(String element, String end, String... attributes) {
        html.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            html.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
        html.append(end);
        return this;
    }

    /** An element that holds but text. */
    public HtmlWriter element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    public HtmlWriter text(String text) {
        html.append(escaped(text));
        return this;
    }

    /** A table: its caption, its heads, and rows of which the first cell is a head, too. */
    public HtmlWriter table(String caption, List<String> heads, List<List<String>> rows) {
        open("div", "class", "wide", "tabindex", "0", "role", "region", "aria-label", caption);
        open("table").element("caption", caption).open("thead").open("tr");
        for (String head : heads) {
            element("th", head, "scope", "col");
        }
        close("tr").close("thead").open("tbody");
        for (List<String> row : rows) {
            open("tr").element("th", row.getFirst(), "scope", "row");
            for (String cell : row.subList(1, row.size())) {
                element("td", cell);
            }
            close("tr");
        }
        return close("tbody").close("table").close("div");
    }

    /** The text with nothing left that HTML takes for its own, nor characters that it forbids. */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(Words.isPlain(c) ? c : 0xfffd);
            }
        });
        return escaped.toString();
    }

    @Override
    public String toString() {
        return html.toString();
    }
}
