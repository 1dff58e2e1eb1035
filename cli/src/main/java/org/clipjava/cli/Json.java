package org.clipjava.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes one JSON value; numbers as the shortest text that reads back to the same float. */
final class Json {
    /** What goes into the value. */
    interface Content {
        void write(JsonWriter json) throws IOException;
    }

    private Json() {}

    /** An object on one line, without its end. */
    static String object(Content content) {
        return object("", content);
    }

    /** An object over several lines. */
    static String indentedObject(Content content) {
        return object("  ", content);
    }

    private static String object(String indent, Content content) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent(indent);
            json.beginObject();
            content.write(json);
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
