package org.clipjava.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.clipjava.io.LabelRules;
import org.clipjava.io.Shown;

/**
 * Reads a list of pairs line by line. Blank lines are skipped, and a first line that names the columns: which it does if their names
 * are known and its key means nothing. What can't be read is named by its line.
 */
final class ListFile implements Closeable {
    private final String name;
    private final ListLine.Format format;
    private final ListNames names;
    private final Predicate<String> means;
    private final BufferedReader reader;
    private int line;

    /** Empty before the first line that is not blank. */
    private Optional<Columns> columns = Optional.empty();

    /**
     * Where a line has what.
     *
     * @param count of all columns
     */
    private record Columns(char separator, int key, int value, int count) {}

    private ListFile(String name, ListLine.Format format, ListNames names, Predicate<String> means, InputStream in) {
        this.name = name;
        this.format = format;
        this.names = names;
        this.means = means;
        this.reader = new BufferedReader(new InputStreamReader(
                in,
                UTF_8.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    /**
     * Opens one.
     *
     * @param means whether a key is one: a picture's file that is there
     */
    static ListFile open(Path file, ListNames names, Predicate<String> means) throws IOException {
        ListLine.Format format = ListLine.Format.of(file.toString())
                .orElseThrow(() -> new DatasetException(file + ": expected a list, .csv, .tsv, .txt or .jsonl"));
        return new ListFile(file.toString(), format, names, means, Files.newInputStream(file));
    }

    /** One that is in the jar, of two columns apart by a tab, without a line that names them. */
    static ListFile ofResource(String name, InputStream in) {
        return new ListFile(name, ListLine.Format.TSV, ListNames.FOLDERS, key -> true, in);
    }

    /** The next pair; empty at the end. */
    Optional<ListLine> next() throws IOException {
        while (true) {
            Optional<String> text = nextLine();
            if (text.isEmpty()) {
                return Optional.empty();
            }
            Optional<ListLine> pair;
            try {
                pair = format == ListLine.Format.JSONL
                        ? Optional.of(ListLine.Format.ofJson(text.get(), names))
                        : pair(text.get());
            } catch (ListLine.MalformedLine e) {
                throw malformed(Objects.requireNonNullElse(e.getMessage(), e.toString()));
            }
            if (pair.isPresent()) {
                return Optional.of(checked(pair.get()));
            }
        }
    }

    /** The next line that is not blank; empty at the end. */
    private Optional<String> nextLine() throws IOException {
        while (true) {
            String text;
            try {
                text = reader.readLine();
            } catch (CharacterCodingException e) {
                throw new DatasetException(name + ": not UTF-8 behind line " + line, e);
            }
            if (text == null) {
                return Optional.empty();
            }
            line++;
            if (line == 1 && text.startsWith("\uFEFF")) {
                text = text.substring(1);
            }
            if (!text.isBlank()) {
                return Optional.of(text);
            }
        }
    }

    /** Of a line of fields; empty where it names the columns. */
    private Optional<ListLine> pair(String text) throws ListLine.MalformedLine {
        boolean first = columns.isEmpty();
        char separator = first ? format.separator(text) : columns.orElseThrow().separator();
        List<String> fields = ListLine.Format.fields(text, separator);
        if (first) {
            Optional<Columns> named = named(fields, separator);
            columns = named.or(() -> Optional.of(new Columns(separator, 0, 1, 2)));
            if (named.isPresent()) {
                return Optional.empty();
            }
        }
        Columns where = columns.orElseThrow();
        if (fields.size() != where.count()) {
            throw new ListLine.MalformedLine(
                    where.count() == 2
                            ? "expected " + pairOfNames(separator) + ", found " + counted(fields.size())
                                    + (first && fields.size() > 2 ? "; let the first line name the columns" : "")
                            : "expected " + where.count() + " fields as the first line has, found " + fields.size());
        }
        return Optional.of(new ListLine(fields.get(where.key()), fields.get(where.value())));
    }

    /** What a first line names; empty if it is a pair already. */
    private Optional<Columns> named(List<String> fields, char separator) throws ListLine.MalformedLine {
        Optional<Integer> key = names.key(fields);
        Optional<Integer> value = names.value(fields, key.orElse(-1));
        if (key.isPresent() && value.isPresent()) {
            return means.test(fields.get(key.get()))
                    ? Optional.empty()
                    : Optional.of(new Columns(separator, key.get(), value.get(), fields.size()));
        }
        boolean mayBeNames =
                names.ofFiles() && fields.size() > 1 && fields.stream().noneMatch(this::isFile);
        if (!mayBeNames) {
            return Optional.empty();
        }
        if (fields.size() == 2 && (key.isPresent() || value.isPresent())) {
            int known = key.or(() -> value).orElseThrow();
            return Optional.of(new Columns(separator, key.orElse(1 - known), value.orElse(1 - known), 2));
        }
        if (fields.size() == 2) {
            throw new ListLine.MalformedLine(
                    "there is no file '" + Shown.text(fields.getFirst().strip())
                            + "'; if the line names the columns, call them file and label");
        }
        throw new ListLine.MalformedLine("expected columns called file (or "
                + String.join(", ", names.keys().subList(1, 5)) + ") and label (or class, category, title), found "
                + Shown.text(String.join(", ", fields)));
    }

    /** Whether a field is a picture's file, there or not. */
    private boolean isFile(String field) {
        String file = field.strip();
        int end = file.lastIndexOf('.');
        return means.test(file)
                || file.indexOf('/') >= 0
                || (end > 0 && PictureFolder.isPictureEnd(file.substring(end + 1)));
    }

    private String pairOfNames(char separator) {
        return names.keys().getFirst() + (separator == '\t' ? " TAB " : String.valueOf(separator)) + "label";
    }

    private static String counted(int fields) {
        return fields + (fields == 1 ? " field" : " fields");
    }

    private ListLine checked(ListLine found) throws DatasetException {
        ListLine pair = new ListLine(found.key().strip(), found.value().strip());
        if (pair.key().isEmpty() || pair.value().isEmpty()) {
            throw malformed("expected " + names.keys().getFirst() + " and label, found an empty one");
        }
        if (pair.key().indexOf('\0') >= 0) {
            throw malformed("there is a zero character in it");
        }
        Optional<String> problem = LabelRules.problem(pair.value());
        if (problem.isPresent()) {
            throw malformed(problem.get());
        }
        return pair;
    }

    /** An error in the line that was read last. */
    DatasetException malformed(String problem) {
        return new DatasetException(name + ", line " + line + ": " + problem);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
