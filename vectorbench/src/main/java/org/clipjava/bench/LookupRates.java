package org.clipjava.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.bench.lookup.LookupLinear;
import org.clipjava.bench.lookup.LookupSetting;
import org.clipjava.bench.lookup.LookupWeights;
import org.clipjava.bench.lookup.VectorLookup;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.weights.LinearWeights;

/**
 * The command {@code lookup}: how fast and how exact linear layers by table lookup are, for a number of settings, beside the engine's in
 * f32. One thread; the tables' making counts.
 */
final class LookupRates {
    private static final String SETTINGS = "8/12,8/8,8/7,8/6,8/5,8/4,7/8,7/7,6/7,6/6,5/6,4/6,4/5,4/4";

    /** Pictures of noise, where there are no others. */
    private static final int PICTURES = 8;

    private final Optional<Path> model;
    private final Optional<Path> pictures;
    private final List<LookupSetting> settings;
    private final List<Integer> batches;
    private final InTurn inTurn;
    private final PrintStream out;

    private LookupRates(Options options, PrintStream out) throws UsageException {
        this.model = options.text("--model").map(Path::of);
        this.pictures = options.text("--pictures").map(Path::of);
        if (pictures.isPresent() && model.isEmpty()) {
            throw new UsageException("--pictures: expected --model MODEL besides, whose tower is to see them");
        }
        this.settings = settings(options.text("--settings").orElse(SETTINGS));
        this.batches = options.counts("--batch", List.of(1, 8));
        this.inTurn = new InTurn(
                options.count("--repetitions").orElse(9),
                options.seconds("--warm-up").orElse(0.3));
        this.out = out;
    }

    static LookupRates parse(List<String> arguments, PrintStream out) throws UsageException {
        Set<String> known = Set.of("--model", "--pictures", "--settings", "--batch", "--repetitions", "--warm-up");
        return new LookupRates(Options.parse(arguments, known), out);
    }

    private static List<LookupSetting> settings(String text) throws UsageException {
        List<LookupSetting> settings = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            try {
                settings.add(LookupSetting.parse(word));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--settings: " + e.getMessage());
            }
        }
        return settings;
    }

    void run() throws IOException, InterruptedException {
        ClipConfig config = model.isPresent() ? ModelFile.info(model.get()).config() : KernelRates.VIT_B_32;
        if (!config.hasVision()) {
            throw new IOException(model.orElseThrow() + ": has no image tower; give a model that has one");
        }
        out.print(Environment.current().toText());
        out.println(Kernels.vector().description() + "; lookup " + VectorLookup.description() + "; 1 thread");
        compile();
        for (int batch : batches) {
            rates(config.vision().tower(), batch * config.vision().tokens());
        }
        if (model.isPresent()) {
            accuracy(model.get());
        }
    }

    /** They share code: before the first is timed, all have had a part in compiling it, and again when all had. */
    private void compile() {
        List<LookupSetting> twice =
                Stream.of(settings, settings).flatMap(List::stream).toList();
        int rows = 50;
        int inputs = 768;
        int outputs = 128;
        float[] x = KernelCase.random(rows * inputs, 1);
        float[] found = new float[rows * outputs];
        for (LookupSetting setting : twice) {
            LookupLinear lookup = new LookupLinear(
                    setting,
                    rows,
                    LookupWeights.round(setting.weightBits(), outputs, inputs, KernelCase.random(outputs * inputs, 2)));
            long end = System.nanoTime() + Math.round(inTurn.warmUp() * 1e9);
            do {
                lookup.run(x, found);
            } while (System.nanoTime() < end);
        }
    }

    /** Of a block's four multiplies, and of all four together. */
    private void rates(TowerConfig tower, int rows) {
        int width = tower.width();
        int[][] shapes = {{width, 3 * width}, {width, width}, {width, tower.mlpWidth()}, {tower.mlpWidth(), width}};
        out.printf(
                Locale.ROOT,
                "%n%-8s %-28s %12s %12s %-22s %7s %8s%n",
                "setting",
                "multiply",
                "f32",
                "lookup",
                "f32 / lookup (95 %)",
                "tables",
                "error");
        for (LookupSetting setting : settings) {
            double[] ours = new double[inTurn.rounds()];
            double[] theirs = new double[inTurn.rounds()];
            for (int[] shape : shapes) {
                Paired times = rate(setting, rows, shape[0], shape[1]);
                for (int round = 0; round < ours.length; round++) {
                    ours[round] += times.ours()[round];
                    theirs[round] += times.theirs()[round];
                }
            }
            out.println(row(setting, "all of a block, " + rows + " rows", new Paired(ours, theirs)));
        }
    }

    private Paired rate(LookupSetting setting, int rows, int inputs, int outputs) {
        float[] values = KernelCase.random(rows * inputs, 1);
        float[] found = new float[rows * outputs];
        LookupWeights weights =
                LookupWeights.round(setting.weightBits(), outputs, inputs, KernelCase.random(outputs * inputs, 2));
        LookupLinear lookup = new LookupLinear(setting, rows, weights);
        Kernels kernels = Kernels.vector();
        try (Crew crew = new Crew(1);
                Arena arena = Arena.ofShared()) {
            Activations x = KernelCase.randomActivations(rows, inputs, 1);
            Activations exact = Activations.zeros(rows, outputs);
            LinearWeights layer =
                    new LinearWeights(KernelCase.randomMatrix(WeightType.F32, outputs, inputs, arena, 2), new float[0]);
            InTurn.Call ours = () -> {
                lookup.run(values, found);
                return found.length;
            };
            Paired times = inTurn.measure(ours, () -> {
                kernels.linear(x, layer, Epilogue.STORE, exact, crew.workers());
                return exact.rows();
            });
            double tables = inTurn.measure(
                            () -> {
                                lookup.prepare(values);
                                return rows;
                            },
                            ours)
                    .ratio();
            out.printf(
                    Locale.ROOT,
                    "%s %5.1f %% %8.5f%n",
                    row(setting, String.format(Locale.ROOT, "[%d,%d]x[%d,%d]", rows, inputs, inputs, outputs), times),
                    100 / tables,
                    error(found, exact));
            return times;
        }
    }

    private static String row(LookupSetting setting, String what, Paired times) {
        return String.format(
                Locale.ROOT,
                "%-8s %-28s %9.2f ms %9.2f ms %-22s",
                setting,
                what,
                1e3 * Paired.Spread.of(times.theirs()).median(),
                1e3 * Paired.Spread.of(times.ours()).median(),
                String.format(Locale.ROOT, "%.3f", times.ratio())
                        + times.interval()
                                .map(i -> String.format(Locale.ROOT, " (%.3f to %.3f)", i.low(), i.high()))
                                .orElse(""));
    }

    /** The length of the difference by that of the result. */
    private static double error(float[] found, Activations exact) {
        float[] row = new float[exact.columns()];
        double differences = 0;
        double results = 0;
        for (int i = 0; i < exact.rows(); i++) {
            exact.read(i, 0, row.length, row, 0);
            for (int column = 0; column < row.length; column++) {
                double difference = (double) found[i * row.length + column] - row[column];
                differences += difference * difference;
                results += (double) row[column] * row[column];
            }
        }
        return Math.sqrt(differences / results);
    }

    private void accuracy(Path file) throws IOException {
        List<PixelTensor> tensors = pictures(file);
        try (LookupTower tower = new LookupTower(file, tensors)) {
            out.printf(
                    "%n%-8s least cosine of %d pictures' embeddings to the model's own%n", "setting", tensors.size());
            for (LookupSetting setting : settings) {
                out.printf(Locale.ROOT, "%-8s %.6f%n", setting, tower.leastCosine(setting));
            }
        }
    }

    private List<PixelTensor> pictures(Path file) throws IOException {
        List<PixelTensor> tensors = new ArrayList<>();
        try (Clip clip = Clip.open(file)) {
            if (pictures.isEmpty()) {
                int side = clip.config().vision().imageSize();
                for (int i = 0; i < PICTURES; i++) {
                    tensors.add(PixelTensor.of(side, side, KernelCase.random(3 * side * side, i)));
                }
                return tensors;
            }
            List<Path> files;
            try (Stream<Path> all = Files.list(pictures.get())) {
                files = all.filter(Files::isRegularFile).sorted().toList();
            }
            if (files.isEmpty()) {
                throw new NoSuchFileException(pictures.get() + "/*");
            }
            for (Path picture : files) {
                tensors.add(clip.preprocessor()
                        .preprocess(ImageDecoder.standard()
                                .decode(
                                        Files.readAllBytes(picture),
                                        picture.getFileName().toString())));
            }
        }
        return tensors;
    }
}
