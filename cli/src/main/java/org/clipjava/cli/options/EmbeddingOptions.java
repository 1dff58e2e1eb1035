package org.clipjava.cli.options;

import java.io.IOException;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.EmbeddingWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model, and how and where its embeddings are written. */
public final class EmbeddingOptions {
    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "jsonl, csv or npy (float32, a row for each input; that of a failed one is NaN). "
                    + "Default: ${DEFAULT-VALUE}.")
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

    public ExitCode write(Rows rows, Terminal terminal, Run run) throws IOException {
        return OutputFile.of(file).write(terminal, out -> {
            EmbeddingWriter writer = format.to(out, rows.key(), rows.count(), rows.dimension());
            ExitCode exitCode = run.to(writer);
            writer.end();
            return exitCode;
        });
    }
}
