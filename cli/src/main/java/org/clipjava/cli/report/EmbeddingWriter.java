package org.clipjava.cli.report;

import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.Arrays;
import java.util.Locale;
import org.clipjava.cli.output.Csv;
import org.clipjava.cli.output.Json;
import org.clipjava.cli.output.Npy;
import org.clipjava.cli.output.Terminal;

/** Writes one embedding, [E], after the other. Every input has its place in the order, failed ones too. */
public sealed interface EmbeddingWriter {

    void embedded(String input, float[] embedding) throws IOException;

    /** Where the format has no place for it, the line on stderr is all that is said. */
    default void failed(String input, String error) throws IOException {}

    /** No more inputs; everything is handed to the stream, which stays open. */
    default void end() throws IOException {
        out().flush();
    }

    /** Where it goes to. */
    Flushable out();

    /** One that hands on to another. */
    non-sealed interface Other extends EmbeddingWriter {}

    /** The choices of {@code --format}. */
    enum Format {
        JSONL,
        CSV,
        NPY;

        /**
         * Writes a header where the format has one.
         *
         * @param key what an input is called: {@code image} or {@code text}
         * @param rows number of inputs
         * @param dimension E
         */
        public EmbeddingWriter to(OutputStream out, String key, int rows, int dimension) throws IOException {
            return switch (this) {
                case JSONL -> new JsonLines(Terminal.writer(out), key);
                case CSV -> CsvRows.withHeader(Terminal.writer(out), key, dimension);
                case NPY -> NpyRows.withHeader(out, rows, dimension);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An object a line, and flushed. What JSON has no number for, as a damaged model gives it, is null. */
    record JsonLines(Writer out, String key) implements EmbeddingWriter {
        @Override
        public void embedded(String input, float[] embedding) throws IOException {
            line(Json.object(json -> {
                json.name(key).value(input).name("embedding").beginArray();
                for (float value : embedding) {
                    if (Float.isFinite(value)) {
                        json.value(value);
                    } else {
                        json.nullValue();
                    }
                }
                json.endArray();
            }));
        }

        @Override
        public void failed(String input, String error) throws IOException {
            line(Json.object(json -> json.name(key).value(input).name("error").value(error)));
        }

        private void line(String object) throws IOException {
            out.write(object + "\n");
            out.flush();
        }
    }

    /** The input's name and a column for each component. A failed input has no row. */
    record CsvRows(Writer out) implements EmbeddingWriter {
        static CsvRows withHeader(Writer out, String key, int dimension) throws IOException {
            String[] names = new String[dimension + 1];
            Arrays.setAll(names, i -> i == 0 ? key : "e" + (i - 1));
            out.write(Csv.row(names));
            return new CsvRows(out);
        }

        @Override
        public void embedded(String input, float[] embedding) throws IOException {
            String[] fields = new String[embedding.length + 1];
            Arrays.setAll(fields, i -> i == 0 ? Csv.text(input) : Float.toString(embedding[i - 1]));
            out.write(Csv.row(fields));
            out.flush();
        }
    }

    /** [inputs, E]. Row i belongs to input i: the row of a failed one is NaN, so that none after it moves up. */
    record NpyRows(OutputStream out, int dimension) implements EmbeddingWriter {
        static NpyRows withHeader(OutputStream out, int rows, int dimension) throws IOException {
            out.write(Npy.header(rows, dimension));
            return new NpyRows(out, dimension);
        }

        @Override
        public void embedded(String input, float[] embedding) throws IOException {
            out.write(Npy.row(embedding));
        }

        @Override
        public void failed(String input, String error) throws IOException {
            float[] row = new float[dimension];
            Arrays.fill(row, Float.NaN);
            out.write(Npy.row(row));
        }
    }
}
