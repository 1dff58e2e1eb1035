package org.clipjava.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.clipjava.Classification.Score;
import org.clipjava.cli.output.Csv;
import org.clipjava.cli.output.Json;
import org.clipjava.index.IndexedPicture;

/** Shows the labels of pictures. */
public final class TagWriter {
    private TagWriter() {}

    /** The choices of {@code --format}. */
    public enum Format {
        CSV,
        JSON,
        JSONL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What stands before the first picture. */
        public String head() {
            return switch (this) {
                case CSV -> Csv.row("image", "label", "score");
                case JSON -> "[";
                case JSONL -> "";
            };
        }

        /**
         * A picture: in CSV a line for each label.
         *
         * @param number of the picture, from 0 on
         */
        public String picture(int number, IndexedPicture picture, List<Score> labels) {
            String image = picture.stamp().file().toString();
            return switch (this) {
                case CSV ->
                    labels.stream()
                            .map(label ->
                                    Csv.row(Csv.text(image), Csv.text(label.label()), Float.toString(label.score())))
                            .collect(Collectors.joining());
                case JSON -> (number == 0 ? "\n" : ",\n") + object(image, labels);
                case JSONL -> object(image, labels) + "\n";
            };
        }

        /** What stands behind the last picture. */
        public String foot() {
            return this == JSON ? "\n]\n" : "";
        }

        private static String object(String image, List<Score> labels) {
            return Json.object(json -> {
                json.name("image").value(image).name("labels").beginArray();
                for (Score label : labels) {
                    json.beginObject();
                    json.name("label").value(label.label());
                    json.name("score").value(label.score());
                    json.endObject();
                }
                json.endArray();
            });
        }
    }
}
