package org.clipjava.eval;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clipjava.io.Shown;

/** A line of a list of pairs, such as file and label. */
record ListLine(String key, String value) {

    /** How a list is written; the file's name tells. */
    enum Format {
        CSV,
        TSV,
        JSONL;

        private static final TypeAdapter<JsonElement> STRICT =
                new GsonBuilder().setStrictness(Strictness.STRICT).create().getAdapter(JsonElement.class);

        static Optional<Format> of(String fileName) {
            String lower = fileName.toLowerCase(Locale.ROOT);
            return lower.endsWith(".csv")
                    ? Optional.of(CSV)
                    : lower.endsWith(".tsv") || lower.endsWith(".txt")
                            ? Optional.of(TSV)
                            : lower.endsWith(".jsonl") ? Optional.of(JSONL) : Optional.empty();
        }

        /**
         * What stands between the fields of a list that begins with this line. OpenCLIP's and others' {@code .csv} have tabs, and a
         * caption may hold commas; where a comma is the decimal sign, spreadsheets write semicolons.
         */
        char separator(String firstLine) {
            if (this == TSV || firstLine.indexOf('\t') >= 0) {
                return '\t';
            }
            return firstLine.indexOf(',') < 0 && firstLine.indexOf(';') >= 0 ? ';' : ',';
        }

        /**
         * An object's two members.
         *
         * @throws MalformedLine with what is wrong with it
         */
        static ListLine ofJson(String line, ListNames names) throws MalformedLine {
            JsonObject object;
            try {
                JsonElement element = STRICT.fromJson(line);
                if (!element.isJsonObject()) {
                    throw new MalformedLine("expected an object, found " + Shown.text(line));
                }
                object = element.getAsJsonObject();
            } catch (JsonParseException | IOException e) {
                throw new MalformedLine("no JSON: " + Shown.text(line));
            }
            List<String> members = List.copyOf(object.keySet());
            int key = names.key(members)
                    .orElseThrow(() -> new MalformedLine("expected the key "
                            + names.keys().getFirst() + ", found " + Shown.text(members.toString())));
            String value = names.value(members, key).map(members::get).orElse("label");
            return new ListLine(string(object, members.get(key)), string(object, value));
        }

        private static String string(JsonObject object, String key) throws MalformedLine {
            JsonElement value = object.get(key);
            if (value == null || !value.isJsonPrimitive()) {
                throw new MalformedLine("expected a text under the key " + Shown.text(key) + ", found "
                        + (value == null ? "none" : Shown.text(value.toString())));
            }
            return value.getAsString();
        }

        /** RFC 4180's fields, and between tabs plain ones, in which a quote is a quote; a field can't reach over a line. */
        static List<String> fields(String line, char separator) throws MalformedLine {
            List<String> fields = new ArrayList<>();
            StringBuilder field = new StringBuilder();
            boolean quoted = false;
            boolean wasQuoted = false;
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (quoted) {
                    if (c != '"') {
                        field.append(c);
                    } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
                        field.append('"');
                        i++;
                    } else {
                        quoted = false;
                    }
                } else if (c == separator) {
                    fields.add(field.toString());
                    field.setLength(0);
                    wasQuoted = false;
                } else if (c == '"' && separator != '\t' && field.isEmpty() && !wasQuoted) {
                    quoted = true;
                    wasQuoted = true;
                } else if (wasQuoted) {
                    throw new MalformedLine("expected a comma behind the closing quote, found '" + c + "'");
                } else {
                    field.append(c);
                }
            }
            if (quoted) {
                throw new MalformedLine("a quote is opened and not closed");
            }
            fields.add(field.toString());
            return fields;
        }
    }

    /** What is wrong with a line, without where it stands. */
    static final class MalformedLine extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedLine(String problem) {
            super(problem);
        }
    }
}
