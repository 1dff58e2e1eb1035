package org.clipjava.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.clipjava.cli.output.Json;
import org.clipjava.index.Duplicates.Group;
import org.clipjava.index.IndexedPicture;
import org.clipjava.io.Shown;

/** Shows groups of pictures that are the same. */
public final class DuplicatesWriter {
    private DuplicatesWriter() {}

    /** A line for each picture, an empty one between groups. */
    public static String text(List<Group> groups) {
        return groups.stream().map(DuplicatesWriter::text).collect(Collectors.joining("\n"));
    }

    private static String text(Group group) {
        StringBuilder text = new StringBuilder(likeness(group) + "\n");
        for (IndexedPicture picture : group.pictures()) {
            text.append(String.format(
                            Locale.ROOT,
                            "  %5d x %-5d  %,12d B  ",
                            picture.width(),
                            picture.height(),
                            picture.stamp().bytes()))
                    .append(Shown.line(picture.stamp().file().toString()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String likeness(Group group) {
        return group.likeness().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** An array of groups. */
    public static String json(List<Group> groups) {
        return groups.isEmpty()
                ? "[]\n"
                : groups.stream().map(DuplicatesWriter::json).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String json(Group group) {
        return Json.object(json -> {
            json.name("likeness").value(likeness(group));
            json.name("pictures").beginArray();
            for (IndexedPicture picture : group.pictures()) {
                json.beginObject();
                json.name("image").value(picture.stamp().file().toString());
                FoundWriter.details(json, picture);
                json.endObject();
            }
            json.endArray();
        });
    }
}
