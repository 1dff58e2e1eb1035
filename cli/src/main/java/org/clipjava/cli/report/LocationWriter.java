package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.clipjava.cli.output.Json;
import org.clipjava.io.Columns;
import org.clipjava.io.Shown;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.Location;

/** Shows where labels are in one picture after the other, each as soon as it is known. */
public sealed interface LocationWriter {

    void located(String image, List<Location> locations) throws IOException;

    /** Where the format has no place for it, the line on stderr is all that is said. */
    void failed(String image, String error) throws IOException;

    /** No more pictures. */
    void end() throws IOException;

    /** The choices of {@code --format}. */
    enum Format {
        TABLE,
        JSON,
        JSONL;

        /** Shows so many pictures. */
        public LocationWriter to(Writer out, int pictures) {
            return switch (this) {
                case TABLE -> new Table(out);
                case JSON -> new HuggingFace(out, pictures > 1);
                case JSONL -> new JsonLines(out);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** For people: the picture's name, then a line for each box, and one for each label that is not there. */
    record Table(Writer out) implements LocationWriter {
        @Override
        public void located(String image, List<Location> locations) throws IOException {
            StringBuilder text = new StringBuilder(Shown.line(image)).append('\n');
            List<String> labels = locations.stream()
                    .map(location -> Shown.line(location.label()))
                    .toList();
            int width = Columns.width(labels);
            for (int i = 0; i < labels.size(); i++) {
                String label = "  " + Columns.padded(labels.get(i), width);
                for (Detection found : locations.get(i).detections()) {
                    Box box = found.box();
                    text.append(label)
                            .append(String.format(
                                    Locale.ROOT,
                                    "  %5.3f  %d x %d at column %d, row %d\n",
                                    found.score(),
                                    box.xmax() - box.xmin(),
                                    box.ymax() - box.ymin(),
                                    box.xmin(),
                                    box.ymin()));
                }
                if (!locations.get(i).isThere()) {
                    text.append(label).append("  not there\n");
                }
            }
            out.write(text.toString());
            out.flush();
        }

        @Override
        public void failed(String image, String error) {}

        @Override
        public void end() throws IOException {
            out.flush();
        }
    }

    /** What Hugging Face's object detection gives: a list of boxes; of several pictures a list of such lists, null for one that failed. */
    final class HuggingFace implements LocationWriter {
        private final Writer out;
        private final boolean several;
        private boolean begun;

        HuggingFace(Writer out, boolean several) {
            this.out = out;
            this.several = several;
        }

        @Override
        public void located(String image, List<Location> locations) throws IOException {
            element(Json.value(json -> detections(json, locations)));
        }

        @Override
        public void failed(String image, String error) throws IOException {
            element("null");
        }

        private void element(String json) throws IOException {
            out.write((several ? begun ? ",\n" : "[\n" : "") + json);
            begun = true;
        }

        @Override
        public void end() throws IOException {
            out.write(several ? "\n]\n" : "\n");
            out.flush();
        }
    }

    /** An object a line: the picture, its boxes, and the labels that are not there. */
    record JsonLines(Writer out) implements LocationWriter {
        @Override
        public void located(String image, List<Location> locations) throws IOException {
            line(Json.object(json -> {
                json.name("image").value(image);
                detections(json.name("detections"), locations);
                json.name("not_there").beginArray();
                for (Location location : locations) {
                    if (!location.isThere()) {
                        json.value(location.label());
                    }
                }
                json.endArray();
            }));
        }

        @Override
        public void failed(String image, String error) throws IOException {
            line(Json.object(
                    json -> json.name("image").value(image).name("error").value(error)));
        }

        private void line(String object) throws IOException {
            out.write(object + "\n");
            out.flush();
        }

        @Override
        public void end() throws IOException {
            out.flush();
        }
    }

    /** The best of all labels first. */
    private static void detections(JsonWriter json, List<Location> locations) throws IOException {
        List<Detection> found = locations.stream()
                .flatMap(location -> location.detections().stream())
                .sorted((a, b) -> Float.compare(b.score(), a.score()))
                .toList();
        json.beginArray();
        for (Detection detection : found) {
            Box box = detection.box();
            json.beginObject();
            json.name("score").value(detection.score());
            json.name("label").value(detection.label());
            json.name("box").beginObject();
            json.name("xmin").value(box.xmin());
            json.name("ymin").value(box.ymin());
            json.name("xmax").value(box.xmax());
            json.name("ymax").value(box.ymax());
            json.endObject();
            json.endObject();
        }
        json.endArray();
    }
}
