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
        JSONL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What stands before the first picture. */
        public String head() {
            return this == CSV ? Csv.row("image", "label", "score") : "";
        }

        /** The lines of a picture: in CSV one for each label. */
        public String lines(IndexedPicture picture, List<Score> labels) {
            String image = picture.stamp().file().toString();
            return this == CSV
                    ? labels.stream()
                            .map(label ->
                                    Csv.row(Csv.text(image), Csv.text(label.label()), Float.toString(label.score())))
                            .collect(Collectors.joining())
                    : Json.object(json -> {
                                json.name("image").value(image).name("labels").beginArray();
                                for (Score label : labels) {
                                    json.beginObject();
                                    json.name("label").value(label.label());
                                    json.name("score").value(label.score());
                                    json.endObject();
                                }
                                json.endArray();
                            })
                            + "\n";
        }
    }
}
