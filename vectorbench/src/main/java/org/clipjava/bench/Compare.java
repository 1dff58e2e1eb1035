package org.clipjava.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.config.KernelChoice;
import org.clipjava.image.PixelTensor;
import org.clipjava.measure.MachineLoad;
import org.clipjava.text.PromptTemplate;
import org.clipjava.text.TokenSequence;

/** The command {@code compare}: the engine against ONNX Runtime, in one JVM on the same weights. */
final class Compare {
    /** Texts that a long workload is warmed up with, and tuned with. */
    private static final int SAMPLE = 512;

    private final CompareOptions options;
    private final PrintStream out;

    Compare(CompareOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** The two programs' outputs differ; the message is one line. */
    static final class DisagreementException extends Exception {
        private static final long serialVersionUID = 1L;

        DisagreementException(String message) {
            super(message);
        }
    }

    void run() throws IOException, OrtException, InterruptedException, DisagreementException {
        Environment environment = Environment.current();
        String peer = "ONNX Runtime " + OnnxModel.version() + " from Java; " + options.onnx();
        String model = "";
        String kernels = "";
        List<Comparison> comparisons = new ArrayList<>();
        for (int threads : options.threads()) {
            try (Clip clip = open(threads)) {
                if (comparisons.isEmpty()) {
                    model = options.model().getFileName() + ", "
                            + clip.info().weightType().spelling();
                    kernels = clip.kernels();
                    out.print(ComparisonReport.heading(environment, model, kernels, peer));
                    out.println(ComparisonReport.HEADER);
                }
                comparisons.addAll(compare(clip, threads));
            }
        }
        if (options.json().isPresent()) {
            Comparison.Run run = new Comparison.Run(environment, model, kernels, peer, comparisons);
            Files.writeString(options.json().get(), ComparisonReport.toJson(run) + "\n");
        }
    }

    /** A model of narrow numbers runs on what is fastest with it. */
    private Clip open(int threads) throws IOException {
        ClipOptions clipOptions = ClipOptions.defaults().withThreads(threads).withKernels(KernelChoice.VECTOR);
        if (!options.isNarrow()) {
            return Clip.open(options.model(), clipOptions);
        }
        Clip clip = Clip.open(options.model(), clipOptions.withBackend("machinecode"));
        if (clip.info().weightType() != options.type()) {
            clip.close();
            throw new IOException(
                    options.model() + ": expected weights of " + options.type().spelling() + ", found "
                            + clip.info().weightType().spelling());
        }
        return clip;
    }

    private List<Comparison> compare(Clip clip, int threads)
            throws IOException, OrtException, InterruptedException, DisagreementException {
        List<Comparison> comparisons = new ArrayList<>();
        for (Workload workload : options.workloads()) {
            boolean images = workload instanceof Workload.Images;
            try (OnnxModel peer =
                    OnnxModel.open(options.onnx().resolve(images ? "vision.onnx" : "text.onnx"), threads)) {
                Comparison comparison = switch (workload) {
                    case Workload.Images of -> images(of, clip, peer, threads);
                    case Workload.Labels of -> {
                        List<PromptTemplate> template = List.of(clip.defaultTemplate());
                        yield texts(of, Workload.texts(of.count(), template), clip, peer, threads);
                    }
                    case Workload.Prompts of -> {
                        List<PromptTemplate> templates = Workload.TEMPLATES.subList(0, of.templates());
                        yield texts(of, Workload.texts(of.labels(), templates), clip, peer, threads);
                    }
                };
                out.println(ComparisonReport.line(comparison));
                out.flush();
                comparisons.add(comparison);
            }
        }
        return comparisons;
    }

    private Comparison images(Workload.Images workload, Clip clip, OnnxModel peer, int threads)
            throws IOException, OrtException, InterruptedException, DisagreementException {
        List<PixelTensor> pictures =
                pictures(workload.batch(), clip.config().vision().imageSize());
        Contender ours = () -> rows(clip.encodePixels(pictures));
        try (Contender theirs = peer.images(pictures)) {
            Outputs outputs = outputs(workload, ours, theirs, exact -> exact.encodePixels(pictures));
            double seconds = TurnTaking.warmUp(ours, options.budget().warmUpSeconds());
            TurnTaking.warmUp(theirs, options.budget().warmUpSeconds());
            double flops = workload.batch() * NeededFlops.ofImage(clip.config());
            return measure(workload, threads, "", outputs, new TurnTaking(ours, theirs), seconds, flops);
        }
    }

    private Comparison texts(Workload workload, List<String> texts, Clip clip, OnnxModel peer, int threads)
            throws IOException, OrtException, InterruptedException, DisagreementException {
        List<TokenSequence> sequences =
                texts.stream().map(clip.tokenizer()::encode).toList();
        List<int[]> tokens = sequences.stream()
                .map(text -> clip.config().text().upToPooled(text.ids()))
                .toList();
        Contender ours = () -> rows(clip.encodeTokens(sequences));
        int[] sample = IntStream.range(0, Math.min(SAMPLE, texts.size()))
                .map(i -> (int) ((long) i * texts.size() / Math.min(SAMPLE, texts.size())))
                .toArray();
        List<TokenSequence> someTexts =
                Arrays.stream(sample).mapToObj(sequences::get).toList();
        List<int[]> someTokens = Arrays.stream(sample).mapToObj(tokens::get).toList();
        double seconds = TurnTaking.warmUp(
                        () -> rows(clip.encodeTokens(someTexts)),
                        options.budget().warmUpSeconds())
                * texts.size()
                / someTexts.size();
        int choice = fastest(peer, someTokens);
        TextBatches batches = TextBatches.candidates(tokens).get(choice);
        try (Contender theirs = peer.texts(tokens, batches)) {
            Outputs outputs = outputs(workload, ours, theirs, exact -> exact.encodeTokens(sequences));
            double flops = NeededFlops.ofTexts(clip.config(), tokens);
            String note = String.format(
                    Locale.ROOT,
                    "%d texts of %.1f tokens, made before; theirs: %s, the fastest way tried",
                    texts.size(),
                    tokens.stream().mapToInt(ids -> ids.length).average().orElseThrow(),
                    batches.description());
            return measure(workload, threads, note, outputs, new TurnTaking(ours, theirs), seconds, flops);
        }
    }

    /** Which of the ways to batch is the peer's fastest, with a sample of the texts; warms it up besides. */
    private int fastest(OnnxModel peer, List<int[]> sample) throws OrtException {
        List<TextBatches> candidates = TextBatches.candidates(sample);
        double share = options.budget().warmUpSeconds() / candidates.size();
        List<Double> times = new ArrayList<>();
        for (TextBatches candidate : candidates) {
            try (Contender contender = peer.texts(sample, candidate)) {
                TurnTaking.warmUp(contender, share);
                times.add(TurnTaking.time(contender, 2));
            }
        }
        return IntStream.range(0, times.size())
                .boxed()
                .min(Comparator.comparing(times::get))
                .orElseThrow();
    }

    /** What both programs' outputs came to. */
    private record Outputs(Agreement agreement, Optional<Accuracy> accuracy) {}

    /** @param encode the same input on another model */
    private Outputs outputs(Workload workload, Contender ours, Contender theirs, Function<Clip, List<Embedding>> encode)
            throws IOException, DisagreementException {
        if (options.exact().isEmpty()) {
            return new Outputs(agree(workload, ours, theirs), Optional.empty());
        }
        try (Clip exact = Clip.open(options.exact().get())) {
            float[][] our = ours.encode();
            float[][] their = theirs.encode();
            Accuracy accuracy = Accuracy.of(our, their, rows(encode.apply(exact)));
            if (!accuracy.isEnough()) {
                throw new DisagreementException(String.format(
                        Locale.ROOT,
                        "%s: least cosine to f32: ours %.4f, theirs %.4f; expected at least %.2f; not timed",
                        workload,
                        accuracy.ours(),
                        accuracy.theirs(),
                        Accuracy.LEAST));
            }
            return new Outputs(Agreement.of(our, their), Optional.of(accuracy));
        }
    }

    private static Agreement agree(Workload workload, Contender ours, Contender theirs) throws DisagreementException {
        Agreement agreement = Agreement.of(ours.encode(), theirs.encode());
        if (!agreement.withinTolerance()) {
            throw new DisagreementException(String.format(
                    Locale.ROOT,
                    "%s: embeddings differ by %.2e at row %d, component %d; expected at most %.0e; not timed; "
                            + "export the ONNX graphs from the model's own weights, narrowed ones if it is narrowed",
                    workload,
                    agreement.largest(),
                    agreement.row(),
                    agreement.column(),
                    Agreement.TOLERANCE));
        }
        return agreement;
    }

    private Comparison measure(
            Workload workload,
            int threads,
            String note,
            Outputs outputs,
            TurnTaking turns,
            double seconds,
            double flops)
            throws IOException, InterruptedException {
        MachineLoad.awaitRest();
        double before = peak(threads);
        Timed timed = timed(turns, seconds);
        MachineLoad.awaitRest();
        double after = peak(threads);
        return new Comparison(
                workload,
                threads,
                note,
                outputs.agreement(),
                outputs.accuracy(),
                timed.times,
                flops,
                Math.max(before, after),
                timed.others,
                timed.load);
    }

    /** Times, and what else the machine did. */
    private record Timed(Paired times, OptionalDouble others, Optional<Comparison.Load> load) {}

    private Timed timed(TurnTaking turns, double seconds) throws IOException, InterruptedException {
        if (options.load() == 0) {
            MachineLoad machine = new MachineLoad();
            Paired times = turns.measure(options.budget(), seconds);
            return new Timed(times, machine.others(), Optional.empty());
        }
        try (CompetingLoad competing = CompetingLoad.start(options.load())) {
            MachineLoad machine = new MachineLoad();
            Paired times = turns.measure(options.budget(), seconds);
            OptionalDouble all = machine.others();
            OptionalDouble had = competing.processors();
            OptionalDouble others = all.isEmpty() || had.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.max(0, all.getAsDouble() - had.getAsDouble()));
            return new Timed(times, others, Optional.of(new Comparison.Load(options.load(), had)));
        }
    }

    /** Of the instructions that the model's numbers are multiplied with. */
    private double peak(int threads) {
        return options.isNarrow() ? MultiplyPeaks.measure(options.type(), threads) : FmaPeak.measure(threads);
    }

    /** Noise within the range of normalised pixels, the same each time. */
    private static List<PixelTensor> pictures(int count, int side) {
        Random random = new Random(32);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    float[] values = new float[3 * side * side];
                    for (int j = 0; j < values.length; j++) {
                        values[j] = 4 * random.nextFloat() - 2;
                    }
                    return PixelTensor.of(side, side, values);
                })
                .toList();
    }

    private static float[][] rows(List<Embedding> embeddings) {
        return embeddings.stream().map(Embedding::toArray).toArray(float[][]::new);
    }
}
