package org.clipjava.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.eval.metrics.Interval;
import org.clipjava.io.Columns;

/** Numbers and names as people read them. */
final class Words {
    private Words() {}

    /** {@code 53.82 %}; a dash for nothing. */
    static String percent(double share) {
        return Double.isNaN(share) ? "\u2013" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** {@code 50.56 to 57.04 %}. */
    static String percent(Interval interval) {
        return String.format(Locale.ROOT, "%.2f to %.2f %%", 100 * interval.low(), 100 * interval.high());
    }

    /** {@code +1.30}, in hundredths. */
    static String points(double difference) {
        return String.format(Locale.ROOT, "%+.2f", 100 * difference);
    }

    /** {@code -0.10 to +2.70}, in hundredths. */
    static String points(Interval interval) {
        return points(interval.low()) + " to " + points(interval.high());
    }

    static String p(double value) {
        return value < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", value);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Rows under each other: the first column to the left, the others to the right. */
    static String columns(String indent, List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (widths.size() <= i) {
                    widths.add(0);
                }
                widths.set(i, Math.max(widths.get(i), Columns.width(List.of(row.get(i)))));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < row.size(); i++) {
                String pad = " ".repeat(Math.max(0, widths.get(i) - Columns.width(row.get(i))));
                line.append(i == 0 ? "" : "  ").append(i == 0 ? row.get(i) + pad : pad + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
