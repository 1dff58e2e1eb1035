package org.clipjava.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.bench.Paired.Interval;

/** What {@code serve} found, a line for each quantity, for people (Markdown) and for programs (JSON). For one thread. */
final class ServeResults {
    static final String HEADER = "| what | found | goal | reached |\n|---|---|---|---|";

    private final JsonObject json = new JsonObject();
    private final List<String> lines = new ArrayList<>();

    /** At which values something is good. */
    record Goal(boolean isLeast, double limit) {
        static Goal atLeast(double limit) {
            return new Goal(true, limit);
        }

        static Goal atMost(double limit) {
            return new Goal(false, limit);
        }

        boolean isReached(double value) {
            return isLeast ? value >= limit : value <= limit;
        }

        @Override
        public String toString() {
            return (isLeast ? "at least " : "at most ") + shown(limit);
        }
    }

    /** One quantity without a goal. */
    String add(String what, String key, double value, String shown) {
        json.addProperty(key, value);
        return line("| " + what + " | " + shown + " | | |");
    }

    /** One quantity with a goal. */
    String add(String what, String key, double value, String shown, Goal goal) {
        json.addProperty(key, value);
        json.addProperty(key + "_goal", goal.limit);
        json.addProperty(key + "_reached", goal.isReached(value));
        return line(
                "| " + what + " | " + shown + " | " + goal + " | " + (goal.isReached(value) ? "yes" : "**no**") + " |");
    }

    /** A ratio of speeds that were measured in turn, theirs by ours in seconds a picture. */
    String addRatio(String what, String key, Paired secondsAPicture, Goal goal) {
        Optional<Interval> interval = secondsAPicture.interval();
        JsonArray ours = new JsonArray();
        JsonArray theirs = new JsonArray();
        for (int i = 0; i < secondsAPicture.rounds(); i++) {
            ours.add(1 / secondsAPicture.ours()[i]);
            theirs.add(1 / secondsAPicture.theirs()[i]);
        }
        json.add(key + "_of_pictures_a_second", ours);
        json.add(key + "_by_pictures_a_second", theirs);
        interval.ifPresent(ci -> {
            json.addProperty(key + "_ci95_low", ci.low());
            json.addProperty(key + "_ci95_high", ci.high());
        });
        return add(
                what,
                key,
                secondsAPicture.ratio(),
                shown(secondsAPicture.ratio())
                        + interval.map(ci -> " (" + shown(ci.low()) + " to " + shown(ci.high()) + ")")
                                .orElse(""),
                goal);
    }

    private String line(String line) {
        lines.add(line);
        return line;
    }

    /** The lines of the table, without {@link #HEADER}. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    static String shown(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e6) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
    }

    String toJson(Environment environment, String model, String pictures) {
        JsonObject all = new JsonObject();
        all.add("environment", environment.toJson());
        all.addProperty("model", model);
        all.addProperty("pictures", pictures);
        json.entrySet().forEach(entry -> all.add(entry.getKey(), entry.getValue()));
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(all);
    }
}
