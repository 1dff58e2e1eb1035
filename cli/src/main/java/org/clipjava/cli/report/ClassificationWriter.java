package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.Classification.Score;
import org.clipjava.cli.output.Csv;
import org.clipjava.cli.output.Json;
import org.clipjava.cli.output.StandardOutput;
import org.clipjava.io.Columns;
import org.clipjava.io.Shown;

/** Shows the scores of one picture after the other, each as soon as it is known. */
public sealed interface ClassificationWriter {

    /** A picture that is taken for the best of the labels. */
    default void scored(String image, List<Score> scores) throws IOException {
        scored(image, scores, Verdict.NOT_ASKED);
    }

    void scored(String image, List<Score> scores, Verdict verdict) throws IOException;

    /** Where the format has no place for it, the line on stderr is all that is said. */
    default void failed(String image, String error) throws IOException {}

    /** No more pictures. */
    default void end() throws IOException {
        out().flush();
    }

    /** Where it goes to. */
    Writer out();

    /** Whether a picture is of one of the labels at all. */
    enum Verdict {
        NOT_ASKED,
        KNOWN,
        UNKNOWN
    }

    /** The choices of {@code --format}. */
    enum Format {
        TABLE,
        JSON,
        JSONL,
        CSV;

        public ClassificationWriter to(Writer out) throws IOException {
            return to(out, Look.PLAIN);
        }

        /** Where it is asked for, the verdict has a column in CSV. */
        public ClassificationWriter to(Writer out, Look look) throws IOException {
            return switch (this) {
                case TABLE -> new Table(out, look);
                case JSON -> new JsonArray(out);
                case JSONL -> new JsonLines(out);
                case CSV -> CsvRows.withHeader(out, look.asksForUnknown());
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How scores are shown.
     *
     * @param asksForUnknown whether there is a verdict
     * @param labels of which one stands in one line with each picture; empty where all have lines of their own
     * @param bold writes the best label in bold letters, to where the rest goes; empty where it is not to stand out
     */
    record Look(boolean asksForUnknown, ScoreKind kind, List<String> labels, Optional<StandardOutput> bold) {
        /** Shares of all labels, a line for each. */
        public static final Look PLAIN = new Look(false, ScoreKind.SOFTMAX, List.of());

        public Look {
            labels = List.copyOf(labels);
        }

        /** In which no label stands out. */
        public Look(boolean asksForUnknown, ScoreKind kind, List<String> labels) {
            this(asksForUnknown, kind, labels, Optional.empty());
        }
    }

    /** For people: the picture's name, then its labels in aligned columns; or, where a picture has one label, both in one line. */
    record Table(Writer out, Look look) implements ClassificationWriter {
        private static final String NONE = "unknown";

        @Override
        public void scored(String image, List<Score> scores, Verdict verdict) throws IOException {
            boolean unknown = verdict == Verdict.UNKNOWN;
            StringBuilder text = new StringBuilder();
            if (look.labels().isEmpty()) {
                text.append(Shown.line(image)).append('\n');
                if (unknown) {
                    text.append(
                            scores.isEmpty()
                                    ? "  unknown: none of the labels\n"
                                    : "  unknown: none of the labels; the nearest:\n");
                }
                List<String> labels =
                        scores.stream().map(score -> Shown.line(score.label())).toList();
                int width = Columns.width(labels);
                for (int i = 0; i < labels.size(); i++) {
                    Score score = scores.get(i);
                    text.append(number(score)).append("  ");
                    label(text, Columns.padded(labels.get(i), width), i == 0 && !unknown);
                    text.append(
                            String.format(Locale.ROOT, "  logit %8.4f  cosine %7.4f\n", score.logit(), score.cosine()));
                }
            } else {
                List<String> all = look.labels().stream().map(Shown::line).toList();
                int width = Math.max(Columns.width(all), look.asksForUnknown() ? NONE.length() : 0);
                String label = unknown ? NONE : Shown.line(scores.getFirst().label());
                text.append(scores.isEmpty() ? " ".repeat(blank()) : number(scores.getFirst()))
                        .append("  ");
                label(text, Columns.padded(label, width), !unknown);
                text.append("  ").append(Shown.line(image)).append('\n');
            }
            out.write(text.toString());
            out.flush();
        }

        /** Writes what there is, and the label, if that is to stand out; else it comes to the rest. */
        private void label(StringBuilder text, String label, boolean isBest) throws IOException {
            if (!isBest || look.bold().isEmpty()) {
                text.append(label);
                return;
            }
            out.write(text.toString());
            out.flush();
            text.setLength(0);
            look.bold().get().bold(label);
        }

        private String number(Score score) {
            return look.kind() == ScoreKind.COSINE
                    ? String.format(Locale.ROOT, "  %7.4f", score.score())
                    : String.format(Locale.ROOT, "  %6.2f %%", 100 * score.score());
        }

        private int blank() {
            return look.kind() == ScoreKind.COSINE ? 9 : 10;
        }
    }

    /** One array of what {@link JsonLines} writes. */
    final class JsonArray implements ClassificationWriter {
        private final Writer out;
        private String separator = "[\n";

        JsonArray(Writer out) {
            this.out = out;
        }

        @Override
        public Writer out() {
            return out;
        }

        @Override
        public void scored(String image, List<Score> scores, Verdict verdict) throws IOException {
            element(JsonLines.scoredObject(image, scores, verdict));
        }

        @Override
        public void failed(String image, String error) throws IOException {
            element(JsonLines.failedObject(image, error));
        }

        @Override
        public void end() throws IOException {
            out.write(separator.equals(",\n") ? "\n]\n" : "[]\n");
            out.flush();
        }

        private void element(String object) throws IOException {
            out.write(separator + object);
            separator = ",\n";
        }
    }

    /** An object a line, and flushed: a reader sees each picture when it is done. */
    record JsonLines(Writer out) implements ClassificationWriter {
        @Override
        public void scored(String image, List<Score> scores, Verdict verdict) throws IOException {
            line(scoredObject(image, scores, verdict));
        }

        @Override
        public void failed(String image, String error) throws IOException {
            line(failedObject(image, error));
        }

        private void line(String object) throws IOException {
            out.write(object + "\n");
            out.flush();
        }

        static String scoredObject(String image, List<Score> scores, Verdict verdict) {
            return Json.object(json -> {
                json.name("image").value(image);
                if (verdict != Verdict.NOT_ASKED) {
                    json.name("unknown").value(verdict == Verdict.UNKNOWN);
                }
                json.name("scores").beginArray();
                for (Score score : scores) {
                    write(json, score);
                }
                json.endArray();
            });
        }

        static String failedObject(String image, String error) {
            return Json.object(
                    json -> json.name("image").value(image).name("error").value(error));
        }

        private static void write(JsonWriter json, Score score) throws IOException {
            json.beginObject();
            json.name("label").value(score.label());
            json.name("score").value(score.score());
            json.name("logit").value(score.logit());
            json.name("cosine").value(score.cosine());
            json.endObject();
        }
    }

    /** A row for each picture and label. */
    record CsvRows(Writer out, boolean asksForUnknown) implements ClassificationWriter {
        static CsvRows withHeader(Writer out, boolean asksForUnknown) throws IOException {
            out.write(
                    asksForUnknown
                            ? Csv.row("image", "label", "score", "logit", "cosine", "unknown")
                            : Csv.row("image", "label", "score", "logit", "cosine"));
            return new CsvRows(out, asksForUnknown);
        }

        @Override
        public void scored(String image, List<Score> scores, Verdict verdict) throws IOException {
            if (scores.isEmpty()) {
                out.write(Csv.row(Csv.text(image), "", "", "", "", Boolean.toString(verdict == Verdict.UNKNOWN)));
            }
            for (Score score : scores) {
                List<String> row = new ArrayList<>(List.of(
                        Csv.text(image),
                        Csv.text(score.label()),
                        Float.toString(score.score()),
                        Float.toString(score.logit()),
                        Float.toString(score.cosine())));
                if (asksForUnknown) {
                    row.add(Boolean.toString(verdict == Verdict.UNKNOWN));
                }
                out.write(Csv.row(row.toArray(String[]::new)));
            }
            out.flush();
        }
    }
}
