package org.clipjava.cli.output;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes one JSON value; numbers as the shortest text that reads back to the same float. */
public final class Json {
    /** What goes into the value. */
    public interface Content {
        void write(JsonWriter json) throws IOException;
    }

    private Json() {}

    /** An object on one line, without its end. */
    public static String object(Content content) {
        return object("", content);
    }

    /** An object over several lines, with a line's end behind it: all that a command prints. */
    public static String document(Content content) {
        return object("  ", content) + "\n";
    }

    /** A member that is an array of texts. */
    public static void array(JsonWriter json, String name, Iterable<String> values) throws IOException {
        json.name(name).beginArray();
        for (String value : values) {
            json.value(value);
        }
        json.endArray();
    }

    /** A member that is an array of numbers. */
    public static void array(JsonWriter json, String name, int... values) throws IOException {
        json.name(name).beginArray();
        for (int value : values) {
            json.value(value);
        }
        json.endArray();
    }

    /** Any value on one line, without its end. */
    public static String value(Content content) {
        return value("", content);
    }

    private static String object(String indent, Content content) {
        return value(indent, json -> {
            json.beginObject();
            content.write(json);
            json.endObject();
        });
    }

    private static String value(String indent, Content content) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent(indent);
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
