package org.clipjava.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.PatchOptions;
import org.clipjava.PatchReader;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.PatchMethod;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.measure.GeneratedPhoto;

/**
 * What embeddings of patches cost, on one thread: a pass for them against a usual one, in turn, and a large photo in tiles, through windows
 * and at once. What counts is the thread's processor time, which other programs disturb less than the clock's.
 */
final class PatchRates {
    private static final int LARGE = 2667;

    private final Path model;
    private final int rounds;
    private final double warmUp;
    private final int shortSide;
    private final int largeRounds;
    private final PrintStream out;

    private PatchRates(Path model, int rounds, double warmUp, int shortSide, int largeRounds, PrintStream out) {
        this.model = model;
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.shortSide = shortSide;
        this.largeRounds = largeRounds;
        this.out = out;
    }

    static PatchRates parse(List<String> arguments, PrintStream out) throws UsageException {
        Options options = Options.parse(
                arguments, Set.of("--model", "--repetitions", "--warm-up", "--side", "--large-repetitions"));
        return new PatchRates(
                Path.of(options.required("--model")),
                options.count("--repetitions").orElse(15),
                options.seconds("--warm-up").orElse(5.0),
                options.count("--side").orElse(LARGE),
                options.count("--large-repetitions").orElse(3),
                out);
    }

    void run() throws IOException {
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withThreads(1).withKernels(KernelChoice.VECTOR))) {
            int side = clip.config().vision().imageSize();
            PixelTensor pixels = clip.preprocessor().preprocess(photo(side, side));
            InTurn inTurn = new InTurn(rounds, warmUp);
            InTurn.Call usual = () -> clip.encodePixels(pixels).dimension();
            out.printf("%-12s %10s %14s %s%n", "one pass", "usual", "for patches", "patches / usual (95 %)");
            for (PatchMethod method : PatchMethod.values()) {
                Paired times = inTurn.measure(
                        usual, () -> clip.encodePatches(pixels, method).rows());
                out.printf(
                        Locale.ROOT,
                        "%-12s %7.1f ms %11.1f ms %.3f%s%n",
                        name(method),
                        1e3 * Paired.Spread.of(times.ours()).median(),
                        1e3 * Paired.Spread.of(times.theirs()).median(),
                        times.ratio(),
                        times.interval()
                                .map(i -> String.format(Locale.ROOT, " (%.3f to %.3f)", i.low(), i.high()))
                                .orElse(""));
            }
            large(clip);
        }
    }

    /** A photo of 3 to 2, at its full size. */
    private void large(Clip clip) throws IOException {
        RgbImage photo = photo(shortSide * 4000 / LARGE, shortSide);
        PatchOptions whole = PatchOptions.defaults().withShortSide(shortSide);
        int step = Math.max(1, clip.config().vision().grid() / 2);
        out.printf("%n%-12s %8s %8s %10s%n", photo.width() + " x " + photo.height(), "grid", "passes", "seconds");
        large("tiles", clip.patchReader(whole.withTiles(step)), photo);
        large("windows", clip.patchReader(whole.withWindows(step)), photo);
        large("at once", clip.patchReader(whole), photo);
    }

    private void large(String name, PatchReader reader, RgbImage photo) {
        PatchReader.Cost cost = reader.cost(photo.height(), photo.width());
        double[] seconds = new double[largeRounds];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = InTurn.seconds(() -> reader.read(reader.resize(photo)).rows());
        }
        Arrays.sort(seconds);
        out.printf(
                Locale.ROOT,
                "%-12s %8s %8d %10s%n",
                name,
                cost.rows() + "x" + cost.columns(),
                cost.passes(),
                String.format(
                        Locale.ROOT,
                        "%.2f (%.2f to %.2f)",
                        seconds[largeRounds / 2],
                        seconds[0],
                        seconds[largeRounds - 1]));
    }

    private static String name(PatchMethod method) {
        return method.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static RgbImage photo(int width, int height) throws IOException {
        return ImageDecoder.standard().decode(GeneratedPhoto.jpeg(width, height), "generated.jpg");
    }
}
