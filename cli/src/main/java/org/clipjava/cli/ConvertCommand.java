package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.convert.ConversionReport;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.weights.WeightType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip convert}. */
@Command(
        name = "convert",
        description = "Makes a model file of a Hugging Face CLIP checkpoint.",
        footer = {
            "",
            "SRC_DIR holds config.json, model.safetensors (or its shards and their index) and, if it has them,",
            "preprocessor_config.json and the vocabulary (tokenizer.json, or vocab.json and merges.txt)."
        })
final class ConvertCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Parameters(paramLabel = "SRC_DIR", description = "The checkpoint's folder.")
    private Path source = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "MODEL",
            required = true,
            description = "The model file to write; it appears when it is complete.")
    private String file = "";

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "How matrices are stored: f32, f16, bf16 or q8; f32 unless given.")
    private WeightType weightType = WeightType.F32;

    @Override
    public Integer call() {
        Terminal terminal = clip.terminal();
        if (!Files.isDirectory(source)) {
            throw new CommandFailure(
                    ExitCode.MODEL_MISSING,
                    source + ": " + (Files.exists(source) ? "is not a folder" : "no such folder")
                            + "; expected a Hugging Face checkpoint's folder");
        }
        ConversionReport report = convert(terminal);
        terminal.say("wrote %s: %,d bytes, %,d parameters, %s"
                .formatted(
                        file,
                        report.bytes(),
                        report.parameters(),
                        report.weightType().spelling()));
        return ExitCode.OK.code();
    }

    private ConversionReport convert(Terminal terminal) {
        // The converter itself writes under a temporary name, and deletes that when it is interrupted.
        try (Progress progress = new Progress(terminal)) {
            return CheckpointConverter.convert(source, Output.target(file), weightType, progress);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "-o " + e.getMessage(), e); // one of the checkpoint's own files
        } catch (ModelFormatException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, e.getFile() + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, e.getFile() + ": permission denied", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INTERNAL, source + " to " + file + ": " + Reason.of(e, file), e);
        }
    }

    /** A line that counts up where a person watches, and nothing elsewhere. */
    static final class Progress implements ConversionListener, AutoCloseable {
        private final Terminal terminal;
        private long shown = -1;

        Progress(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public void progress(long doneBytes, long totalBytes) {
            long percent = totalBytes == 0 ? 100 : (long) (100.0 * doneBytes / totalBytes);
            if (terminal.showsProgress() && percent != shown) {
                terminal.err().print("\rclip: converting %3d %%".formatted(percent));
                terminal.err().flush();
                shown = percent;
            }
        }

        /** Clears the line. */
        @Override
        public void close() {
            if (shown >= 0) {
                terminal.err().print("\r\u001b[K");
                terminal.err().flush();
                shown = -1;
            }
        }
    }
}
