package org.clipjava.cli.commands;

import java.io.IOException;
import java.io.Writer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Tower;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.options.GlobalOptions;
import org.clipjava.cli.options.ModelOption;
import org.clipjava.cli.options.Session;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Terminal;
import org.clipjava.cli.report.BenchEnvironment;
import org.clipjava.cli.report.BenchWriter;
import org.clipjava.cli.report.CostReport;
import org.clipjava.config.KernelChoice;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.measure.GeneratedPhoto;
import org.clipjava.measure.MachineLoad;
import org.clipjava.measure.Sample;
import org.clipjava.measure.Timing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clip bench}. */
@Command(
        name = "bench",
        description = "Measures how fast a model is on this machine.",
        footer = {
            "",
            "--threads takes several numbers here, as 1,2; 1 and all cores unless given. Times are of one "
                    + "call: the median and the two times that enclose it with 95 %% (order statistics; six repetitions "
                    + "or more). classify is everything from the picture's bytes to the scores.",
            "",
            "Example: clip bench --batch 1,32 --format json"
        })
public final class BenchCommand implements Callable<Integer> {
    /** Enough that their common beginning does not count most, and what people ask for. */
    static final List<String> LABELS =
            List.of("cat", "dog", "bird", "horse", "car", "bicycle", "house", "tree", "person", "cup of coffee");

    private static final int MOST_IN_A_BATCH = 4096;
    private static final double MOST_WARM_UP_SECONDS = 3600;

    /** Above it, in processors, other programs are worth a word. */
    private static final double BUSY = 0.1;

    private final Session session;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,8",
            description =
                    "Pictures that are encoded together, several numbers apart by commas. Default: ${DEFAULT-VALUE}.")
    private List<Integer> batches = List.of(1, 8);

    @Option(names = "--repetitions", paramLabel = "N", description = "Calls that are timed. Default: ${DEFAULT-VALUE}.")
    private int repetitions = 15;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "How long each call is repeated before it is timed. Default: ${DEFAULT-VALUE}.")
    private double warmUpSeconds = 2;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "md, csv, json or jsonl. Default: ${DEFAULT-VALUE}.")
    private BenchWriter.Format format = BenchWriter.Format.MD;

    @Option(
            names = "--draft",
            paramLabel = "IMAGE",
            arity = "1..*",
            description = "Measure nothing, but compare embeddings with --draft to those without on these pictures: "
                    + "cosine, logits, best label. To be given last.")
    private List<String> drafted = List.of();

    @Parameters(
            paramLabel = "IMAGE",
            arity = "0..1",
            description = "The picture; - reads it from stdin. Default: a JPEG of 1200x800 that is made for it.")
    private Optional<String> picture = Optional.empty();

    public BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        check();
        if (!drafted.isEmpty()) {
            return compareDrafts().code();
        }
        GlobalOptions global = session.global();
        ClipOptions options = lasting(global.clipOptionsWithoutThreads());
        List<Integer> threadCounts = global.threadCounts(oneAndAll());
        Terminal terminal = session.terminal();
        Picture input = picture.isPresent() ? read(picture.get(), terminal) : generated();
        MachineLoad load = new MachineLoad();
        Writer out = terminal.writer();
        BenchWriter writer = format.to(out);
        try (ProgressLine progress = new ProgressLine(terminal)) {
            Run run = new Run(writer, progress, 2 + threadCounts.size() * (batches.size() + 2));
            for (int i = 0; i < threadCounts.size(); i++) {
                int threads = threadCounts.get(i);
                progress.show("opening the model for " + threads(threads));
                try (Clip opened = model.open(options.withThreads(threads), session)) {
                    if (i == 0) {
                        writer.begin(BenchEnvironment.of(opened, model.name(session), input.name, input.image));
                        run.prepare(opened, input);
                    }
                    run.encode(opened, input, threads);
                }
            }
        }
        writer.end();
        load.others().ifPresent(others -> {
            if (others > BUSY) {
                terminal.say("other programs kept %.1f processors busy meanwhile; measure again when they rest"
                        .formatted(others));
            }
        });
        return ExitCode.OK.code();
    }

    /** What is measured is the speed that lasts: vectors from the first call on, where there are any. */
    private ClipOptions lasting(ClipOptions options) throws IOException {
        if (options.kernels() != KernelChoice.AUTO) {
            return options;
        }
        try (Clip opened = model.open(options.withTowers(Set.of()), session)) {
            return opened.kernels().startsWith("vector") ? options.withKernels(KernelChoice.VECTOR) : options;
        }
    }

    private void check() {
        for (int batch : batches) {
            if (batch < 1 || batch > MOST_IN_A_BATCH) {
                throw CommandFailure.usage("--batch: expected 1 to " + MOST_IN_A_BATCH + ", found " + batch);
            }
        }
        if (repetitions < 1) {
            throw CommandFailure.usage("--repetitions: expected at least 1, found " + repetitions);
        }
        if (!(warmUpSeconds >= 0 && warmUpSeconds <= MOST_WARM_UP_SECONDS)) {
            throw CommandFailure.usage("--warmup: expected seconds from 0 to 3600, found " + warmUpSeconds);
        }
    }

    private ExitCode compareDrafts() throws IOException {
        for (String option : List.of("--batch", "--repetitions", "--warmup", "--format")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw CommandFailure.usage(option + " is of what is timed; leave it out with --draft");
            }
        }
        if (picture.isPresent()) {
            throw CommandFailure.usage("--draft: give all pictures behind it, " + picture.get() + " too");
        }
        List<ImageInput> images = drafted.stream()
                .map(argument -> ImageInput.of(argument, session.terminal()))
                .toList();
        ClipOptions options = session.global().clipOptions().withTowers(Set.of(Tower.values()));
        try (Clip opened = model.open(options, session)) {
            return new CostReport(
                            new CostReport.Way("whole", opened, ImageDecoder.standard()),
                            new CostReport.Way(
                                    "draft", opened, ImageDecoder.standard().drafting()),
                            CostReport.DEFAULT_LABELS)
                    .write(images, session.terminal());
        }
    }

    private static List<Integer> oneAndAll() {
        int all = Runtime.getRuntime().availableProcessors();
        return all == 1 ? List.of(1) : List.of(1, all);
    }

    /** A picture's file, and what is in it. */
    private record Picture(String name, byte[] file, RgbImage image) {}

    private static Picture generated() throws IOException {
        byte[] jpeg = GeneratedPhoto.jpeg(1200, 800);
        String name = "generated.jpg";
        return new Picture(name, jpeg, ImageDecoder.standard().decode(jpeg, name));
    }

    private static Picture read(String argument, Terminal terminal) {
        ImageInput input = ImageInput.of(argument, terminal);
        try (EncodedImage encoded = input.open()) {
            RgbImage image = ImageDecoder.standard().decode(encoded);
            return new Picture(input.name(), encoded.bytes(), image);
        } catch (IOException e) {
            throw CommandFailure.ofPicture(input.name(), e);
        }
    }

    private static String threads(int count) {
        return count == 1 ? "1 thread" : count + " threads";
    }

    /** Times and writes. */
    private final class Run {
        private final Timing timing = new Timing(warmUpSeconds, repetitions);
        private final ImageDecoder decoder = ImageDecoder.standard();
        private final BenchWriter writer;
        private final ProgressLine progress;
        private final int steps;
        private int begun;

        Run(BenchWriter writer, ProgressLine progress, int steps) {
            this.writer = writer;
            this.progress = progress;
            this.steps = steps;
        }

        /** What one thread does to each picture before it is encoded. */
        void prepare(Clip opened, Picture input) throws IOException {
            measure("decode", 1, 1, () -> decoder.decode(input.file, input.name));
            if (opened.has(Tower.IMAGE)) {
                measure("preprocess", 1, 1, () -> opened.preprocessor().preprocess(input.image));
            }
        }

        void encode(Clip opened, Picture input, int threads) throws IOException {
            if (opened.has(Tower.IMAGE)) {
                PixelTensor pixels = opened.preprocessor().preprocess(input.image);
                for (int batch : batches) {
                    List<PixelTensor> tensors = Collections.nCopies(batch, pixels);
                    measure("image", threads, batch, () -> opened.encodePixels(tensors));
                }
            }
            if (opened.has(Tower.TEXT)) {
                List<String> prompts =
                        LABELS.stream().map(opened.defaultTemplate()::format).toList();
                measure("text", threads, prompts.size(), () -> opened.encodeTexts(prompts));
            }
            if (opened.config().isWhole()) {
                classify(opened, input, threads);
            }
        }

        private void classify(Clip opened, Picture input, int threads) throws IOException {
            ZeroShotClassifier classifier = ZeroShotClassifier.of(opened, LABELS);
            try (ExecutorService helper = Executors.newFixedThreadPool(Math.max(1, threads - 1))) {
                Executor helpers = threads == 1 ? Runnable::run : helper;
                measure("classify", threads, 1, () -> {
                    PixelTensor decoded = decoder.decodePixels(input.file, input.name, opened.preprocessor(), helpers);
                    return classifier.classify(opened.encodePixels(decoded));
                });
            }
        }

        private void measure(String what, int threads, int items, Timing.Call call) throws IOException {
            begun++;
            progress.show("%d/%d %s, %,d at once, %s".formatted(begun, steps, what, items, threads(threads)));
            Sample seconds = timing.of(call);
            progress.clear();
            writer.measured(new BenchWriter.Measurement(what, threads, items, seconds));
        }
    }
}
