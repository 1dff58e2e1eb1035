package org.clipjava.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.clipjava.io.Shown;

/**
 * Writes HTML and SVG; whatever text goes in is escaped, and can neither open an element nor end an attribute.
 *
 * <p>For one thread at a time.
 */
public final class HtmlWriter {
    /** Or nothing, or the dash that stands for nothing. */
    private static final Pattern NUMBER = Pattern.compile("$|\u2013$|(< |[-+])?[0-9]");

    private final StringBuilder html = new StringBuilder();

    /** Has written nothing yet. */
    public HtmlWriter() {}

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

    /** Writes a text, escaped. */
    public HtmlWriter text(String text) {
        html.append(escaped(text));
        return this;
    }

    /** A table: its caption, its heads, and rows of which the first cell is a head, too. Numbers stand to the right. */
    public HtmlWriter table(String caption, List<String> heads, List<List<String>> rows) {
        open("div", "class", "wide", "tabindex", "0", "role", "region", "aria-label", caption);
        open("table").element("caption", caption).open("thead").open("tr");
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            int column = i;
            boolean numbers = rows.stream()
                    .allMatch(row -> NUMBER.matcher(row.get(column)).lookingAt());
            kinds.add(i == 0 || !numbers ? "words" : "numbers");
            element("th", heads.get(i), "scope", "col", "class", kinds.get(i));
        }
        close("tr").close("thead").open("tbody");
        for (List<String> row : rows) {
            open("tr").element("th", row.getFirst(), "scope", "row");
            for (int i = 1; i < row.size(); i++) {
                element("td", row.get(i), "class", kinds.get(i));
            }
            close("tr");
        }
        return close("tbody").close("table").close("div");
    }

    /** The text with nothing left that HTML takes for its own, nor characters that it forbids: those are escaped as messages have them. */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t' -> escaped.appendCodePoint(c);
                default -> {
                    if (Shown.isPlain(c)) {
                        escaped.appendCodePoint(c);
                    } else {
                        escaped.append(Shown.escaped(Character.toString(c)));
                    }
                }
            }
        });
        return escaped.toString();
    }

    @Override
    public String toString() {
        return html.toString();
    }
}
