package org.clipjava.eval;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.clipjava.io.Shown;

/**
 * A file of labels, in UTF-8: one a line, or JSON (a list of texts, or what tools around CLIP write: by index, by folder), or a table
 * ({@code .csv}, {@code .tsv}) with a first line that names its column. Blank lines are skipped.
 */
public final class LabelFile {
    private LabelFile() {}

    /**
     * All labels in their order, none of them looked at: a label may be there twice.
     *
     * @throws DatasetException if the file has none of these forms
     * @throws java.nio.charset.CharacterCodingException if it is not UTF-8
     */
    public static List<String> read(Path file) throws IOException {
        return read(file.toString(), Files.readAllBytes(file));
    }

    /**
     * The same of what was read already.
     *
     * @param name what messages call it; whether it ends in {@code .csv} or {@code .tsv} says that it is a table
     */
    public static List<String> read(String name, byte[] utf8) throws IOException {
        String text = text(utf8);
        if (LabelJson.is(text)) {
            return stripped(LabelJson.parse(name, text).labels());
        }
        String lower = name.toLowerCase(Locale.ROOT);
        List<String> lines = lines(text);
        if (lower.endsWith(".csv")) {
            return stripped(table(name, ListLine.Format.CSV, lines));
        }
        return stripped(lower.endsWith(".tsv") ? table(name, ListLine.Format.TSV, lines) : lines);
    }

    /**
     * Labels in a text of one line: between commas, a label that holds one in double quotes, or a JSON list.
     *
     * @param where what messages begin with
     * @throws DatasetException if a quote is not closed, or what looks like JSON is none
     */
    public static List<String> split(String where, String text) throws DatasetException {
        if (LabelJson.is(text)) {
            return stripped(LabelJson.parse(where, text).labels());
        }
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && (quoted || field.toString().isBlank())) {
                quoted = !quoted;
                field.append(c);
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        List<String> labels = new ArrayList<>();
        for (String one : fields) {
            labels.add(unquoted(where, one.strip()));
        }
        return labels;
    }

    private static String unquoted(String where, String field) throws DatasetException {
        if (!field.startsWith("\"")) {
            return field;
        }
        try {
            return ListLine.Format.fields(field, ',').getFirst().strip();
        } catch (ListLine.MalformedLine e) {
            throw new DatasetException(where + ": " + e.getMessage() + " in " + Shown.text(field), e);
        }
    }

    static String text(Path file) throws IOException {
        return text(Files.readAllBytes(file));
    }

    /** The text without a byte-order mark. */
    private static String text(byte[] utf8) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    private static List<String> stripped(List<String> labels) {
        return labels.stream().map(String::strip).toList();
    }

    private static List<String> table(String file, ListLine.Format format, List<String> lines) throws DatasetException {
        List<String> labels = new ArrayList<>();
        int column = 0;
        for (int i = 0; i < lines.size(); i++) {
            List<String> fields;
            try {
                fields = ListLine.Format.fields(lines.get(i), format.separator(lines.getFirst()));
            } catch (ListLine.MalformedLine e) {
                throw new DatasetException(
                        file + ", label " + (i + 1) + ": " + Objects.requireNonNullElse(e.getMessage(), ""), e);
            }
            if (i == 0) {
                Optional<Integer> named = ListNames.FOLDERS.value(fields, -1);
                column = named.orElse(0);
                if (named.isPresent()) {
                    continue;
                }
                if (fields.size() > 1) {
                    throw new DatasetException(
                            file + ": expected one label a line, or a first line that names the columns,"
                                    + " one of them label, class or name; found " + Shown.text(lines.getFirst()));
                }
            }
            if (column >= fields.size()) {
                throw new DatasetException(
                        file + ": expected " + (column + 1) + " fields, found " + Shown.text(lines.get(i)));
            }
            labels.add(fields.get(column));
        }
        return labels;
    }
}
