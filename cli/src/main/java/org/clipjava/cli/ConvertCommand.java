package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clipjava.Clip;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.convert.ConversionOptionException;
import org.clipjava.convert.ConversionOptions;
import org.clipjava.convert.ConversionReport;
import org.clipjava.safetensors.ModelFormatException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code clip convert}. */
@Command(
        name = "convert",
        description = "Makes a model file of a CLIP checkpoint: Hugging Face's, OpenCLIP's or OpenAI's.",
        footer = {
            "",
            "SRC is a folder with config.json and model.safetensors or pytorch_model.bin (or their shards and the",
            "index), or with open_clip_config.json and open_clip_model.safetensors or open_clip_pytorch_model.bin;",
            "or a file of weights: one of these, OpenAI's .pt, or another state dict, with a config beside it or with",
            "the options for what it does not say. A vocabulary in the folder (tokenizer.json, or vocab.json and",
            "merges.txt) is taken, else CLIP's own. Pickles are read and never run."
        })
final class ConvertCommand implements Callable<Integer> {
    @ParentCommand
    private ClipCommand clip;

    @Parameters(paramLabel = "SRC", description = "The checkpoint's folder, or its file.")
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

    @Mixin
    private CheckpointOptions checkpointOptions = new CheckpointOptions();

    @Option(
            names = "--report",
            paramLabel = "IMAGE",
            arity = "1..*",
            description = "Compare the model with f32 on these pictures: cosine, logits, best label. To be given last.")
    private List<String> reportImages = new ArrayList<>();

    private Optional<Labels> labels = Optional.empty();

    /** A group can't be an Optional itself; picocli also calls this with nothing. */
    @ArgGroup(multiplicity = "0..1")
    void labels(Labels given) {
        labels = Optional.ofNullable(given);
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = clip.terminal();
        if (!Files.exists(source)) {
            throw new CommandFailure(
                    ExitCode.MODEL_MISSING, source + ": no such file or folder; expected a checkpoint");
        }
        ConversionOptions options = checkpointOptions
                .options()
                .withNonFiniteAllowed(clip.globalOptions().allowNonFinite());
        List<String> reportLabels = reportLabels();
        ConversionReport report = convert(Output.target(file), weightType, options, terminal);
        terminal.say("wrote %s: %,d bytes, %,d parameters, %s"
                .formatted(
                        file,
                        report.bytes(),
                        report.parameters(),
                        report.weightType().spelling()));
        return reportImages.isEmpty()
                ? ExitCode.OK.code()
                : compare(options, reportLabels, terminal).code();
    }

    private List<String> reportLabels() {
        if (reportImages.isEmpty() && labels.isPresent()) {
            throw CommandFailure.usage("--labels are those of --report; give that too");
        }
        if (!reportImages.isEmpty() && weightType == WeightType.F32) {
            throw CommandFailure.usage("--report compares a narrower type with f32; give --dtype f16, bf16 or q8");
        }
        return labels.map(Labels::labels).orElse(NarrowingReport.DEFAULT_LABELS);
    }

    private ConversionReport convert(Path target, WeightType type, ConversionOptions options, Terminal terminal) {
        // The converter itself writes under a temporary name, and deletes that when it is interrupted.
        try (Progress progress = new Progress(terminal)) {
            return CheckpointConverter.convert(source, target, type, options, progress);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "-o " + e.getMessage(), e); // one of the checkpoint's own files
        } catch (ConversionOptionException e) {
            String cure = e.missing().isEmpty()
                    ? ""
                    : "; give "
                            + e.missing().stream()
                                    .map(property -> "--" + property.spelling())
                                    .collect(Collectors.joining(", "));
            throw new CommandFailure(ExitCode.USAGE, e.getMessage() + cure, e);
        } catch (ModelFormatException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, e.getFile() + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCode.MODEL_MISSING, e.getFile() + ": permission denied", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INTERNAL, source + " to " + target + ": " + Reason.of(e, file), e);
        }
    }

    /** With the same checkpoint as f32, which is written beside the model and deleted again. */
    private ExitCode compare(ConversionOptions options, List<String> reportLabels, Terminal terminal)
            throws IOException {
        List<ImageInput> images =
                reportImages.stream().<ImageInput>map(ImageInput.File::new).toList();
        Path narrow = Path.of(file);
        try (PendingFile exact = new PendingFile(narrow)) {
            convert(exact.path(), WeightType.F32, options, terminal);
            try (Clip exactClip = open(exact.path());
                    Clip narrowClip = open(narrow)) {
                return new NarrowingReport(exactClip, narrowClip, reportLabels, weightType.spelling())
                        .write(images, terminal);
            }
        }
    }

    private Clip open(Path model) {
        return ModelOption.reading(
                model, () -> Clip.open(model, clip.globalOptions().clipOptions()));
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
