package org.clipjava.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Locale;
import org.clipjava.bench.Comparison.Run;
import org.clipjava.bench.Paired.Spread;

/** Writes comparisons for people and for programs. */
final class ComparisonReport {
    static final String HEADER = String.format(
            Locale.ROOT,
            "%-7s  %-11s %26s %26s  %-22s %6s %6s  %6s  %-10s",
            "threads",
            "case",
            "ours, ms (quartiles)",
            "theirs, ms (quartiles)",
            "theirs/ours (95 % CI)",
            "peak %",
            "theirs",
            "rounds",
            "difference");

    private ComparisonReport() {}

    /** What comes before the lines. */
    static String heading(Environment environment, String model, String kernels, String peer) {
        return environment.toText() + "ours: " + kernels + "; " + model + "\ntheirs: " + peer + "\n";
    }

    /** One line, under {@link #HEADER}, and behind it indented ones with what one must know. */
    static String line(Comparison comparison) {
        Paired times = comparison.times();
        Spread ours = Spread.of(times.ours());
        Spread theirs = Spread.of(times.theirs());
        String interval = times.interval()
                .map(ci -> String.format(Locale.ROOT, "(%.3f to %.3f)", ci.low(), ci.high()))
                .orElse("(too few rounds)");
        String line = String.format(
                Locale.ROOT,
                "%-7d  %-11s %26s %26s  %-22s %6.1f %6.1f  %6d  %-10.1e",
                comparison.threads(),
                comparison.workload(),
                milliseconds(ours),
                milliseconds(theirs),
                String.format(Locale.ROOT, "%.3f %s", times.ratio(), interval),
                comparison.percentOfPeak(ours.median()),
                comparison.percentOfPeak(theirs.median()),
                times.rounds(),
                comparison.agreement().largest());
        String context = String.format(
                Locale.ROOT,
                "         %.4g GFLOP needed, peak %.1f GFLOP/s%s",
                comparison.neededFlops() * 1e-9,
                comparison.peakFlops() * 1e-9,
                comparison.note().isEmpty() ? "" : "; " + comparison.note());
        StringBuilder text =
                new StringBuilder(line.stripTrailing()).append('\n').append(context);
        comparison
                .accuracy()
                .ifPresent(accuracy -> text.append(String.format(
                        Locale.ROOT,
                        "%n         least cosine to f32: ours %.6f, theirs %.6f",
                        accuracy.ours(),
                        accuracy.theirs())));
        comparison
                .load()
                .ifPresent(load -> text.append(String.format(
                        Locale.ROOT,
                        "%n         beside another program of %d busy threads%s",
                        load.threads(),
                        load.processors().isPresent()
                                ? String.format(
                                        Locale.ROOT,
                                        ", which had %.2f processors",
                                        load.processors().getAsDouble())
                                : "")));
        comparison.others().ifPresent(others -> {
            if (others > 0.05) {
                text.append(String.format(
                        Locale.ROOT, "%n         WARNING: other programs kept %.2f processors busy meanwhile", others));
            }
        });
        return text.toString();
    }

    private static String milliseconds(Spread seconds) {
        return String.format(
                Locale.ROOT, "%.2f (%.2f to %.2f)", seconds.median() * 1e3, seconds.low() * 1e3, seconds.high() * 1e3);
    }

    static String toJson(Run run) {
        JsonObject json = new JsonObject();
        json.add("environment", run.environment().toJson());
        json.addProperty("model", run.model());
        json.addProperty("kernels", run.kernels());
        json.addProperty("peer", run.peer());
        JsonArray cases = new JsonArray();
        run.comparisons().forEach(comparison -> cases.add(toJson(comparison)));
        json.add("cases", cases);
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(json);
    }

    private static JsonObject toJson(Comparison comparison) {
        Paired times = comparison.times();
        JsonObject json = new JsonObject();
        json.addProperty("case", comparison.workload().toString());
        json.addProperty("threads", comparison.threads());
        json.addProperty("note", comparison.note());
        json.addProperty("largest_difference", comparison.agreement().largest());
        comparison.accuracy().ifPresent(accuracy -> {
            json.addProperty("least_cosine_ours", accuracy.ours());
            json.addProperty("least_cosine_theirs", accuracy.theirs());
        });
        json.addProperty("rounds", times.rounds());
        json.addProperty("ratio", times.ratio());
        times.interval().ifPresent(interval -> {
            json.addProperty("ratio_ci95_low", interval.low());
            json.addProperty("ratio_ci95_high", interval.high());
        });
        json.addProperty("needed_flop", comparison.neededFlops());
        json.addProperty("peak_flop_per_second", comparison.peakFlops());
        comparison.others().ifPresent(others -> json.addProperty("processors_busy_with_others", others));
        comparison.load().ifPresent(load -> {
            json.addProperty("load_threads", load.threads());
            load.processors().ifPresent(had -> json.addProperty("load_processors", had));
        });
        json.add("ours", toJson(times.ours(), comparison));
        json.add("theirs", toJson(times.theirs(), comparison));
        return json;
    }

    private static JsonObject toJson(double[] seconds, Comparison comparison) {
        Spread spread = Spread.of(seconds);
        JsonObject json = new JsonObject();
        json.addProperty("median_seconds", spread.median());
        json.addProperty("quartile_low_seconds", spread.low());
        json.addProperty("quartile_high_seconds", spread.high());
        json.addProperty("percent_of_peak", comparison.percentOfPeak(spread.median()));
        JsonArray all = new JsonArray();
        for (double value : seconds) {
            all.add(value);
        }
        json.add("seconds", all);
        return json;
    }
}
