package org.clipjava.cli.options;

import java.io.Flushable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.EmbeddingWriter;
import org.clipjava.io.Shown;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model, and how and where its embeddings are written. */
public final class EmbeddingOptions {
    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "jsonl, csv or npy (float32, a row for each input; that of a failed one is NaN; names are in "
                    + "FILE.names.txt). Default: ${DEFAULT-VALUE}.")
    private EmbeddingWriter.Format format = EmbeddingWriter.Format.JSONL;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write here instead of stdout; the file appears when it is complete.")
    private String file = "-";

    @Option(
            names = "--normalize",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Scale each embedding to length 1 (the default), or leave it as the projection gives it.")
    private boolean normalize;

    /**
     * What is going to be written.
     *
     * @param key what an input is called: {@code image} or {@code text}
     * @param count of the inputs
     * @param dimension E
     */
    public record Rows(String key, int count, int dimension) {}

    /** Writes embeddings. */
    public interface Run {
        ExitCode to(EmbeddingWriter writer) throws IOException;
    }

    public Clip open(ClipOptions options, Session session) {
        return model.open(options, session);
    }

    /** The components, [E], as they were asked for. */
    public float[] values(Embedding embedding) {
        return (normalize ? embedding.normalized() : embedding).toArray();
    }

    /** Writes the file; of one that holds numbers alone, the inputs' names into another beside it. */
    public ExitCode write(Rows rows, Terminal terminal, Run run) throws IOException {
        List<String> names = new ArrayList<>();
        ExitCode written = OutputFile.of(file).write(terminal, out -> {
            EmbeddingWriter writer = format.to(out, rows.key(), rows.count(), rows.dimension());
            ExitCode exitCode = run.to(hasNamesBeside() ? new NamingWriter(writer, names) : writer);
            writer.end();
            return exitCode;
        });
        if (hasNamesBeside() && Files.isRegularFile(Path.of(file)) && written != ExitCode.ALL_INPUTS_FAILED) {
            OutputFile.of(file + ".names.txt").write(String.join("", names));
        }
        return written;
    }

    private boolean hasNamesBeside() {
        return format == EmbeddingWriter.Format.NPY && !file.equals("-");
    }

    /** Notes what each row is of, a line each. */
    private record NamingWriter(EmbeddingWriter writer, List<String> names) implements EmbeddingWriter.Other {
        @Override
        public void embedded(String input, float[] embedding) throws IOException {
            writer.embedded(input, embedding);
            name(input);
        }

        @Override
        public void failed(String input, String error) throws IOException {
            writer.failed(input, error);
            name(input);
        }

        private void name(String input) {
            boolean oneLine = input.indexOf('\n') < 0 && input.indexOf('\r') < 0;
            names.add((oneLine ? input : Shown.escaped(input)) + '\n');
        }

        @Override
        public Flushable out() {
            return writer.out();
        }
    }
}
