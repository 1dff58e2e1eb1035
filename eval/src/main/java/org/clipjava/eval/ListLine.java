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
        CSV(','),
        TSV('\t'),
        JSONL('\0');

        private static final TypeAdapter<JsonElement> STRICT =
                new GsonBuilder().setStrictness(Strictness.STRICT).create().getAdapter(JsonElement.class);

        private final char separator;

        Format(char separator) {
            this.separator = separator;
        }

        static Optional<Format> of(String fileName) {
            String lower = fileName.toLowerCase(Locale.ROOT);
            return lower.endsWith(".csv")
                    ? Optional.of(CSV)
                    : lower.endsWith(".tsv") || lower.endsWith(".txt")
                            ? Optional.of(TSV)
                            : lower.endsWith(".jsonl") ? Optional.of(JSONL) : Optional.empty();
        }

        /**
         * A line taken apart.
         *
         * @param keys what an object's first member may be called
         * @throws MalformedLine with what is wrong with it
         */
        ListLine parse(String line, List<String> keys) throws MalformedLine {
            if (this == JSONL) {
                return ofJson(line, keys);
            }
            List<String> fields = fields(line);
            if (fields.size() != 2) {
                throw new MalformedLine("expected " + keys.getFirst() + (this == CSV ? ",label" : " TAB label")
                        + ", found " + fields.size() + (fields.size() == 1 ? " field" : " fields"));
            }
            return new ListLine(fields.getFirst(), fields.getLast());
        }

        private static ListLine ofJson(String line, List<String> keys) throws MalformedLine {
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
            for (String key : keys) {
                if (object.has(key)) {
                    return new ListLine(string(object, key), string(object, "label"));
                }
            }
            throw new MalformedLine("expected the key " + keys.getFirst() + ", found " + object.keySet());
        }

        private static String string(JsonObject object, String key) throws MalformedLine {
            JsonElement value = object.get(key);
            if (value == null || !value.isJsonPrimitive()) {
                throw new MalformedLine("expected a text under the key " + key + ", found "
                        + (value == null ? "none" : Shown.text(value.toString())));
            }
            return value.getAsString();
        }

        /** RFC 4180's fields; a field can't reach over a line. */
        private List<String> fields(String line) throws MalformedLine {
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
                } else if (c == '"' && this == CSV && field.isEmpty() && !wasQuoted) {
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

        /** Whether a first line names its columns. */
        boolean isHeader(ListLine line, List<String> keys) {
            return this != JSONL
                    && line.value.strip().equalsIgnoreCase("label")
                    && keys.contains(line.key.strip().toLowerCase(Locale.ROOT));
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
