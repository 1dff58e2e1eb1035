package org.clipjava.cli.report;

import java.util.Locale;
import org.clipjava.io.Shown;

/** Text for people: lines of a name and a value each, all values in one column. */
final class NamedLines {
    private final String format;
    private final StringBuilder text = new StringBuilder();

    /** @param width of the names' column */
    NamedLines(int width) {
        this.format = "%-" + width + "s %s";
    }

    void line(String name, String value) {
        text.append(String.format(Locale.ROOT, format, name, Shown.line(value))
                        .stripTrailing())
                .append('\n');
    }

    /** A line of its own, after an empty one. */
    void heading(String heading) {
        text.append('\n');
        row("", heading);
    }

    /** A line of another kind. */
    void row(String indent, String row) {
        text.append(indent).append(Shown.line(row)).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
