package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.Classification.Score;
import org.clipjava.cli.output.Csv;
import org.clipjava.cli.output.Json;
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
            return to(out, false);
        }

        /** Where it is asked for, the verdict has a column in CSV. */
        public ClassificationWriter to(Writer out, boolean asksForUnknown) throws IOException {
            return switch (this) {
                case TABLE -> new Table(out);
                case JSON -> new JsonArray(out);
                case JSONL -> new JsonLines(out);
                case CSV -> CsvRows.withHeader(out, asksForUnknown);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** For people: the picture's name, then its labels in aligned columns. */
    record Table(Writer out) implements ClassificationWriter {
        @Override
        public void scored(String image, List<Score> scores, Verdict verdict) throws IOException {
            int width = scores.stream()
                    .mapToInt(score -> Shown.line(score.label())
                            .codePoints()
                            .map(c -> 1)
                            .sum())
                    .max()
                    .orElse(0);
            StringBuilder text = new StringBuilder(Shown.line(image)).append('\n');
            if (verdict == Verdict.UNKNOWN) {
                text.append("  unknown: none of the labels; the nearest:\n");
            }
            for (Score score : scores) {
                String label = Shown.line(score.label());
                text.append(String.format(Locale.ROOT, "  %6.2f %%  %s", 100 * score.score(), label))
                        .append(" ".repeat(width - (int) label.codePoints().count()))
                        .append(String.format(
                                Locale.ROOT, "  logit %8.4f  cosine %7.4f\n", score.logit(), score.cosine()));
            }
            out.write(text.toString());
            out.flush();
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
            for (Score score : scores) {
                List<String> row = new ArrayList<>(List.of(
                        image,
                        score.label(),
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
