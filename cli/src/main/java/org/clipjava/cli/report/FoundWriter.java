package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.clipjava.cli.output.Csv;
import org.clipjava.cli.output.Json;
import org.clipjava.cli.output.Terminal;
import org.clipjava.index.IndexedPicture;
import org.clipjava.index.PictureSearch.Found;
import org.clipjava.io.Shown;

/** Shows pictures that were found in an index. */
public final class FoundWriter {
    private static final double PERCENT = 100;

    private FoundWriter() {}

    /** The choices of {@code --format}. */
    public enum Format {
        TABLE,
        JSON,
        JSONL,
        CSV,
        PATHS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Writes them to stdout, the best first.
     *
     * @param links whether a terminal may be told where files are
     */
    public static void write(List<Found> found, Format format, boolean links, Terminal terminal) throws IOException {
        switch (format) {
            case TABLE -> table(found, links, terminal);
            case JSON ->
                terminal.print(
                        found.isEmpty()
                                ? "[]\n"
                                : found.stream()
                                        .map(FoundWriter::json)
                                        .collect(Collectors.joining(",\n", "[\n", "\n]\n")));
            case JSONL ->
                terminal.print(found.stream().map(one -> json(one) + "\n").collect(Collectors.joining()));
            case CSV -> terminal.print(csv(found));
            case PATHS ->
                terminal.print(found.stream().map(one -> path(one) + "\n").collect(Collectors.joining()));
        }
    }

    /** For {@code xargs -0}. */
    public static void writeNulTerminated(List<Found> found, Terminal terminal) throws IOException {
        terminal.print(found.stream().map(one -> path(one) + "\0").collect(Collectors.joining()));
    }

    private static void table(List<Found> found, boolean links, Terminal terminal) throws IOException {
        for (Found one : found) {
            terminal.print(
                    one.probability().isPresent()
                            ? String.format(
                                    Locale.ROOT,
                                    "  %3.0f %%  %7.4f  ",
                                    PERCENT * one.probability().getAsDouble(),
                                    one.cosine())
                            : String.format(Locale.ROOT, "  %7.4f  ", one.cosine()));
            if (links) {
                terminal.out().link(one.picture().stamp().file().toUri(), Shown.line(path(one)));
                terminal.print("\n");
            } else {
                terminal.print(Shown.line(path(one)) + "\n");
            }
        }
    }

    private static String path(Found one) {
        return one.picture().stamp().file().toString();
    }

    private static String csv(List<Found> found) {
        StringBuilder rows = new StringBuilder(
                Csv.row("image", "probability", "cosine", "width", "height", "bytes", "taken", "camera", "id"));
        for (Found one : found) {
            IndexedPicture picture = one.picture();
            rows.append(Csv.row(
                    Csv.text(path(one)),
                    one.probability().isPresent()
                            ? Float.toString((float) one.probability().getAsDouble())
                            : "",
                    Float.toString(one.cosine()),
                    Integer.toString(picture.width()),
                    Integer.toString(picture.height()),
                    Long.toString(picture.stamp().bytes()),
                    picture.shot().taken().map(Object::toString).orElse(""),
                    Csv.text(picture.shot().camera().orElse("")),
                    picture.id()));
        }
        return rows.toString();
    }

    private static String json(Found one) {
        return Json.object(json -> {
            json.name("image").value(path(one));
            if (one.probability().isPresent()) {
                json.name("probability").value((float) one.probability().getAsDouble());
            }
            json.name("cosine").value(one.cosine());
            details(json, one.picture());
        });
    }

    /** What an index knows of a picture, but for its path. */
    static void details(JsonWriter json, IndexedPicture picture) throws IOException {
        json.name("id").value(picture.id());
        json.name("width").value(picture.width());
        json.name("height").value(picture.height());
        json.name("bytes").value(picture.stamp().bytes());
        json.name("modified").value(picture.stamp().modified().toString());
        if (picture.shot().taken().isPresent()) {
            json.name("taken").value(picture.shot().taken().get().toString());
        }
        if (picture.shot().place().isPresent()) {
            json.name("latitude").value(picture.shot().place().get().latitude());
            json.name("longitude").value(picture.shot().place().get().longitude());
        }
        if (picture.shot().camera().isPresent()) {
            json.name("camera").value(picture.shot().camera().get());
        }
        Json.array(json, "tags", picture.tags());
    }
}
