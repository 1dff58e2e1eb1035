package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.clipjava.cli.output.Csv;
import org.clipjava.cli.output.Json;
import org.clipjava.io.Shown;
import org.clipjava.measure.Sample;
import org.clipjava.measure.Sample.Interval;

/** Shows measurements, each as soon as it is made. */
public sealed interface BenchWriter {
    double MILLIS = 1000;

    void begin(BenchEnvironment environment) throws IOException;

    void measured(Measurement measurement) throws IOException;

    /** No more of them. */
    default void end() throws IOException {
        out().flush();
    }

    /** Where it goes to. */
    Writer out();

    /**
     * One line.
     *
     * @param what decode, preprocess, image, text or classify
     * @param items pictures or texts that one call took
     * @param seconds a call
     */
    record Measurement(String what, int threads, int items, Sample seconds) {
        Sample millis() {
            return seconds.map(s -> s * MILLIS);
        }

        double itemsPerSecond() {
            return items / seconds.median();
        }
    }

    /** The choices of {@code --format}. */
    enum Format {
        MD,
        CSV,
        JSON,
        JSONL;

        public BenchWriter to(Writer out) {
            return switch (this) {
                case MD -> new Markdown(out);
                case CSV -> new CsvRows(out);
                case JSON -> new JsonObject(out);
                case JSONL -> new JsonLines(out);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** For people, and for issues: a list and a table. */
    record Markdown(Writer out) implements BenchWriter {
        @Override
        public void begin(BenchEnvironment environment) throws IOException {
            for (Map.Entry<String, String> fact : environment.facts().entrySet()) {
                out.write("- " + fact.getKey().replace('_', ' ') + ": " + Shown.line(fact.getValue()) + "\n");
            }
            out.write("\n");
            out.write("| what       | threads | at once | median, ms |       95 % interval |  a second |\n");
            out.write("|------------|--------:|--------:|-----------:|--------------------:|----------:|\n");
            out.flush();
        }

        @Override
        public void measured(Measurement measurement) throws IOException {
            Sample millis = measurement.millis();
            String interval = millis.interval()
                    .map(i -> number(i.low()) + " to " + number(i.high()))
                    .orElse("-");
            out.write(String.format(
                    Locale.ROOT,
                    "| %-10s | %7d | %7d | %10s | %19s | %9s |\n",
                    measurement.what,
                    measurement.threads,
                    measurement.items,
                    number(millis.median()),
                    interval,
                    number(measurement.itemsPerSecond())));
            out.flush();
        }

        /** Three digits that mean something. */
        static String number(double value) {
            return value < 10
                    ? String.format(Locale.ROOT, "%.2f", value)
                    : String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
        }
    }

    /** A row for each measurement, the environment in it, so that those of several machines can lie in one table. */
    final class CsvRows implements BenchWriter {
        private final Writer out;
        private List<String> environment = List.of();

        CsvRows(Writer out) {
            this.out = out;
        }

        @Override
        public Writer out() {
            return out;
        }

        @Override
        public void begin(BenchEnvironment all) throws IOException {
            environment = List.copyOf(all.facts().values());
            List<String> header = new ArrayList<>(
                    List.of("what", "threads", "items", "repetitions", "median_ms", "low_ms", "high_ms"));
            header.add("items_per_second");
            header.addAll(all.facts().keySet());
            write(header);
        }

        @Override
        public void measured(Measurement measurement) throws IOException {
            Sample millis = measurement.millis();
            Optional<Interval> interval = millis.interval();
            List<String> row = new ArrayList<>();
            row.add(measurement.what);
            row.add(Integer.toString(measurement.threads));
            row.add(Integer.toString(measurement.items));
            row.add(Integer.toString(millis.size()));
            row.add(Double.toString(millis.median()));
            row.add(interval.map(i -> Double.toString(i.low())).orElse(""));
            row.add(interval.map(i -> Double.toString(i.high())).orElse(""));
            row.add(Double.toString(measurement.itemsPerSecond()));
            row.addAll(environment);
            write(row);
        }

        private void write(List<String> fields) throws IOException {
            out.write(Csv.row(fields.toArray(String[]::new)));
            out.flush();
        }
    }

    /** One object with the environment and an array of what {@link JsonLines} writes. */
    final class JsonObject implements BenchWriter {
        private final Writer out;
        private String separator = "\n";

        JsonObject(Writer out) {
            this.out = out;
        }

        @Override
        public Writer out() {
            return out;
        }

        @Override
        public void begin(BenchEnvironment environment) throws IOException {
            out.write("{\"environment\":" + Json.object(json -> JsonLines.write(json, environment))
                    + ",\n\"measurements\":[");
        }

        @Override
        public void measured(Measurement measurement) throws IOException {
            out.write(separator + Json.object(json -> JsonLines.write(json, measurement)));
            separator = ",\n";
        }

        @Override
        public void end() throws IOException {
            out.write("\n]}\n");
            out.flush();
        }
    }

    /** An object a line, the environment in each. */
    final class JsonLines implements BenchWriter {
        private final Writer out;
        private Optional<BenchEnvironment> environment = Optional.empty();

        JsonLines(Writer out) {
            this.out = out;
        }

        @Override
        public Writer out() {
            return out;
        }

        @Override
        public void begin(BenchEnvironment all) {
            environment = Optional.of(all);
        }

        @Override
        public void measured(Measurement measurement) throws IOException {
            out.write(Json.object(json -> {
                        write(json, measurement);
                        write(json, environment.orElseThrow());
                    })
                    + "\n");
            out.flush();
        }

        static void write(JsonWriter json, BenchEnvironment environment) throws IOException {
            for (Map.Entry<String, String> fact : environment.facts().entrySet()) {
                json.name(fact.getKey()).value(fact.getValue());
            }
        }

        /** The interval's ends are left out where the repetitions are too few for one. */
        static void write(JsonWriter json, Measurement measurement) throws IOException {
            Sample millis = measurement.millis();
            json.name("what").value(measurement.what);
            json.name("threads").value(measurement.threads);
            json.name("items").value(measurement.items);
            json.name("repetitions").value(millis.size());
            json.name("median_ms").value(millis.median());
            if (millis.interval().isPresent()) {
                json.name("low_ms").value(millis.interval().get().low());
                json.name("high_ms").value(millis.interval().get().high());
            }
            json.name("items_per_second").value(measurement.itemsPerSecond());
        }
    }
}
