package org.clipjava.cli.commands;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clipjava.Clip;
import org.clipjava.Tower;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.options.CheckpointOptions;
import org.clipjava.cli.options.Labels;
import org.clipjava.cli.options.ModelFailure;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.options.WeightTypeOption;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.OutputFile;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.report.CostReport;
import org.clipjava.cli.report.LayerReport;
import org.clipjava.cli.report.TextRemarks;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionOptionException;
import org.clipjava.convert.ConversionOptions;
import org.clipjava.convert.ConversionReport;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.io.AtomicFile;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.text.TokenSequence;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clip convert}. */
@Command(
        name = "convert",
        description = "Makes a model file of a CLIP checkpoint: Hugging Face's, OpenCLIP's or OpenAI's.",
        footer = {
            "",
            "SRC is a folder with config.json and model.safetensors or pytorch_model.bin (or their shards and "
                    + "the index), or with open_clip_config.json and open_clip_model.safetensors or "
                    + "open_clip_pytorch_model.bin; or a file of weights: one of these, OpenAI's .pt, or another state "
                    + "dict, with a config beside it or with the options for what it does not say. A vocabulary in the "
                    + "folder (tokenizer.json, or vocab.json and merges.txt) is taken, else CLIP's own. Pickles are "
                    + "read and never run.",
            "",
            "big_vision's .npz of a SigLIP needs spiece.model or tokenizer.json beside it, or --tokenizer.",
            "",
            "A checkpoint of one tower, as CLIPTextModel or CLIPVisionModelWithProjection, gives a model that encodes "
                    + "texts or pictures alone.",
            "",
            "Example: clip convert clip-vit-base-patch32/ -o b32.safetensors --dtype f16"
        })
public final class ConvertCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "SRC", description = "The checkpoint's folder, or its file.")
    private Path source = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "MODEL",
            required = true,
            description = "The model file to write; it appears when it is complete.")
    private String file = "";

    @Mixin
    private WeightTypeOption weights = new WeightTypeOption();

    @Option(
            names = "--report",
            paramLabel = "IMAGE",
            arity = "1..*",
            description = "Compare the model with f32 on these pictures: cosine, logits, best label. To be given last.")
    private List<String> reportImages = new ArrayList<>();

    @Option(
            names = "--report-layers",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "In --report, show what each layer costs alone, on N of the pictures; 0: don't. It takes a pass over"
                            + " them for each layer. Default: ${DEFAULT-VALUE}.")
    private int reportLayers;

    @Option(
            names = "--keep-wide",
            paramLabel = "LAYER",
            split = ",",
            description = "Keep these layers in f32, by their names in --report; * stands for any characters.")
    private List<String> keptWide = new ArrayList<>();

    @Option(
            names = "--reduce-range",
            description =
                    "With int8: limit weights such that --backend machinecode is faster on x86-64 with AVX2 alone; "
                            + "they are somewhat less accurate.")
    private boolean reduceRange;

    @Option(
            names = "--text",
            paramLabel = "TEXT_SRC",
            description = "Take the text tower of this checkpoint, to join two that belong together.")
    private Optional<Path> text = Optional.empty();

    @Option(
            names = "--follow-links",
            description = "Follow links in the checkpoint's folder also where they lead out of it.")
    private boolean followLinks;

    @ArgGroup
    private Labels labels = new Labels();

    @Mixin
    private CheckpointOptions checkpointOptions = new CheckpointOptions();

    public ConvertCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(source)) {
            throw new CommandFailure(
                    ExitCode.MODEL_MISSING, source + ": no such file or folder; expected a checkpoint");
        }
        if (text.isPresent() && !Files.exists(text.get())) {
            throw new CommandFailure(
                    ExitCode.MODEL_MISSING, "--text " + text.get() + ": no such file or folder; expected a checkpoint");
        }
        ConversionOptions told = checkpointOptions.options();
        ConversionOptions options = text.map(told::withText)
                .orElse(told)
                .withNonFiniteAllowed(session.global().allowNonFinite())
                .withLinksFollowed(followLinks)
                .withKeptWide(keptWide)
                .withRangeReduced(reduceRange);
        List<String> reportLabels = reportLabels();
        ConversionReport report = convert(OutputFile.of(file).target(), weights.type(), options);
        report.notes().forEach(session.terminal()::say);
        session.terminal()
                .say("wrote %s: %,d bytes, %,d parameters, %s"
                        .formatted(
                                file,
                                report.bytes(),
                                report.parameters(),
                                report.weightType().spelling()));
        return reportImages.isEmpty()
                ? ExitCode.OK.code()
                : report(options, reportLabels).code();
    }

    private List<String> reportLabels() {
        if (reportImages.isEmpty() && labels.given()) {
            throw CommandFailure.usage("--labels are those of --report; give that too");
        }
        if (reportLayers < 0) {
            throw CommandFailure.usage("--report-layers: expected 0 or more pictures, found " + reportLayers);
        }
        if (!reportImages.isEmpty() && weights.type() == WeightType.F32) {
            throw CommandFailure.usage(
                    "--report compares a narrower type with f32; give --dtype f16, bf16, q8 or int8");
        }
        return labels.given() ? labels.labels(session.terminal()) : CostReport.DEFAULT_LABELS;
    }

    private ConversionReport convert(Path target, WeightType type, ConversionOptions options) {
        // The converter itself writes under a temporary name, and deletes that when it is interrupted.
        try (ProgressLine progress = new ProgressLine(session.terminal())) {
            return CheckpointConverter.convert(
                    source, target, type, options, (done, total) -> progress.share("converting", done, total));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("-o " + e.getMessage(), e); // one of the checkpoint's own files
        } catch (ConversionOptionException e) {
            String cure = e.missing().isEmpty()
                    ? ""
                    : "; give "
                            + e.missing().stream()
                                    .map(property -> "--" + property.spelling())
                                    .collect(Collectors.joining(", "));
            throw CommandFailure.usage(e.getMessage() + cure, e);
        } catch (ModelFormatException e) {
            throw new CommandFailure(ExitCode.BAD_MODEL, String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw CommandFailure.of(ExitCode.MODEL_MISSING, e.getFile(), e.getFile(), e);
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.NO_ROOM, source + " to " + target, file, e);
        }
    }

    /** With the same checkpoint as f32, which is written beside the model and deleted again. */
    private ExitCode report(ConversionOptions options, List<String> reportLabels) throws IOException {
        List<ImageInput> images =
                reportImages.stream().<ImageInput>map(ImageInput.File::new).toList();
        Path narrow = Path.of(file);
        try (AtomicFile exact = AtomicFile.begin(narrow)) {
            ConversionOptions wide = options.withKeptWide(List.of()).withRangeReduced(false);
            convert(exact.path(), WeightType.F32, wide);
            Compared compared = compare(exact.path(), narrow, images, reportLabels);
            if (!compared.sample.isEmpty()) {
                new LayerReport(
                                exact.path(),
                                narrow,
                                backend(compared.backend),
                                session.global().allowNonFinite(),
                                compared.sample,
                                compared.prompts)
                        .write(session.terminal());
            }
            return compared.code;
        }
    }

    /** What layers are measured with, once whole models have been compared. */
    private record Compared(ExitCode code, List<PixelTensor> sample, List<TokenSequence> prompts, String backend) {}

    private Compared compare(Path exact, Path narrow, List<ImageInput> images, List<String> reportLabels)
            throws IOException {
        try (Clip exactClip = open(exact);
                Clip narrowClip = open(narrow)) {
            TextRemarks.ofPrompts(exactClip, reportLabels, List.of(exactClip.defaultTemplate()))
                    .forEach(session.terminal()::say);
            ImageDecoder decoder = ImageDecoder.standard();
            CostReport costs = new CostReport(
                    new CostReport.Way("f32", exactClip, decoder),
                    new CostReport.Way(weights.type().spelling(), narrowClip, decoder),
                    reportLabels);
            ExitCode code = costs.write(images, reportLayers, session.terminal());
            List<TokenSequence> prompts = reportLabels.stream()
                    .map(label -> exactClip
                            .tokenizer()
                            .encode(exactClip.defaultTemplate().format(label)))
                    .toList();
            return new Compared(code, costs.sample(), prompts, exactClip.backend());
        }
    }

    private EncoderBackend backend(String name) throws IOException {
        return Clip.backends(session.global().clipOptions()).stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Clip open(Path model) {
        return ModelFailure.reading(
                model.toString(),
                () -> Clip.open(model, session.global().clipOptions().withTowers(Set.of(Tower.values()))));
    }
}
