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
import org.clipjava.io.LabelRules;

/** Reads a list of pairs line by line: blank lines and a header are skipped, and what can't be read is named by its line. */
final class ListFile implements Closeable {
    private final String name;
    private final ListLine.Format format;
    private final List<String> keys;
    private final BufferedReader reader;
    private int line;

    private ListFile(String name, ListLine.Format format, List<String> keys, InputStream in) {
        this.name = name;
        this.format = format;
        this.keys = keys;
        this.reader = new BufferedReader(new InputStreamReader(
                in,
                UTF_8.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    /**
     * Opens one.
     *
     * @param keys what the first column or member may be called, the usual name first
     */
    static ListFile open(Path file, List<String> keys) throws IOException {
        ListLine.Format format = ListLine.Format.of(file.toString())
                .orElseThrow(() -> new DatasetException(file + ": expected a list, .csv, .tsv, .txt or .jsonl"));
        return new ListFile(file.toString(), format, keys, Files.newInputStream(file));
    }

    /** One that is in the jar, of two columns apart by a tab. */
    static ListFile ofResource(String name, InputStream in) {
        return new ListFile(name, ListLine.Format.TSV, List.of("folder"), in);
    }

    /** The next pair; empty at the end. */
    Optional<ListLine> next() throws IOException {
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
            if (text.isBlank()) {
                continue;
            }
            ListLine pair;
            try {
                pair = format.parse(text, keys);
            } catch (ListLine.MalformedLine e) {
                throw malformed(Objects.requireNonNullElse(e.getMessage(), e.toString()));
            }
            if (line == 1 && format.isHeader(pair, keys)) {
                continue;
            }
            pair = new ListLine(pair.key().strip(), pair.value().strip());
            if (pair.key().isEmpty() || pair.value().isEmpty()) {
                throw malformed("expected " + keys.getFirst() + " and label, found an empty one");
            }
            if (pair.key().indexOf('\0') >= 0) {
                throw malformed("there is a zero character in it");
            }
            Optional<String> problem = LabelRules.problem(pair.value());
            if (problem.isPresent()) {
                throw malformed(problem.get());
            }
            return Optional.of(pair);
        }
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
