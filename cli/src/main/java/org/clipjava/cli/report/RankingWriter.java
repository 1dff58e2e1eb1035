package org.clipjava.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clipjava.cli.output.Csv;
import org.clipjava.cli.output.Json;
import org.clipjava.io.Shown;

/** Shows pictures in the order in which they fit a text. */
public final class RankingWriter {
    private RankingWriter() {}

    /**
     * A picture.
     *
     * @param cosine of the angle to the text, -1 to 1
     */
    public record Ranked(String image, float cosine) {}

    /** The choices of {@code --format}. */
    public enum Format {
        TABLE,
        JSON,
        JSONL,
        CSV;

        /** All pictures, the best first. */
        public String write(List<Ranked> pictures) {
            return switch (this) {
                case TABLE ->
                    joined(
                            pictures,
                            one -> String.format(Locale.ROOT, "  %7.4f  ", one.cosine()) + Shown.line(one.image())
                                    + "\n");
                case JSONL -> joined(pictures, one -> json(one) + "\n");
                case JSON ->
                    pictures.isEmpty()
                            ? "[]\n"
                            : pictures.stream().map(Format::json).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
                case CSV ->
                    Csv.row("image", "cosine")
                            + joined(pictures, one -> Csv.row(Csv.text(one.image()), Float.toString(one.cosine())));
            };
        }

        private static String joined(List<Ranked> pictures, Function<Ranked, String> line) {
            return pictures.stream().map(line).collect(Collectors.joining());
        }

        private static String json(Ranked picture) {
            return Json.object(json ->
                    json.name("image").value(picture.image()).name("cosine").value(picture.cosine()));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
