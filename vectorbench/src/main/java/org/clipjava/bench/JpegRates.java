package org.clipjava.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.image.ImageDecoder;

/**
 * JPEGs decoded to RGB by the engine and by {@code ImageIO.read}, in turn. What counts is the thread's processor time, which other
 * programs disturb less than the clock's.
 */
final class JpegRates {
    private static final ImageDecoder OURS = ImageDecoder.standard();

    private final Path folder;
    private final int rounds;
    private final double warmUp;
    private final PrintStream out;

    private JpegRates(Path folder, int rounds, double warmUp, PrintStream out) {
        this.folder = folder;
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.out = out;
    }

    static JpegRates parse(List<String> arguments, PrintStream out) throws UsageException {
        Options options = Options.parse(arguments, Set.of("--pictures", "--repetitions", "--warm-up"));
        return new JpegRates(
                Path.of(options.required("--pictures")),
                options.count("--repetitions").orElse(15),
                options.seconds("--warm-up").orElse(5.0),
                out);
    }

    void run() throws IOException {
        List<Path> pictures;
        try (Stream<Path> files = Files.list(folder)) {
            pictures = files.filter(file -> file.toString().endsWith(".jpg"))
                    .sorted()
                    .toList();
        }
        if (pictures.isEmpty()) {
            throw new NoSuchFileException(folder + "/*.jpg");
        }
        ImageIO.setUseCache(false);
        out.printf("%-28s %10s %14s %s%n", "picture", "ours", "ImageIO.read", "ImageIO / ours (95 %)");
        for (Path picture : pictures) {
            Paired times = measure(Files.readAllBytes(picture));
            Paired.Spread ours = Paired.Spread.of(times.ours());
            Paired.Spread theirs = Paired.Spread.of(times.theirs());
            Optional<Paired.Interval> interval = times.interval();
            out.printf(
                    Locale.ROOT,
                    "%-28s %7.1f ms %11.1f ms %.2f%s%n",
                    picture.getFileName(),
                    1e3 * ours.median(),
                    1e3 * theirs.median(),
                    times.ratio(),
                    interval.map(i -> String.format(Locale.ROOT, " (%.2f to %.2f)", i.low(), i.high()))
                            .orElse(""));
        }
    }

    private Paired measure(byte[] encoded) throws IOException {
        long end = System.nanoTime() + Math.round(warmUp * 1e9);
        do {
            ours(encoded);
            theirs(encoded);
        } while (System.nanoTime() < end);
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ours[round] = ours(encoded);
            theirs[round] = theirs(encoded);
        }
        return new Paired(ours, theirs);
    }

    private static double ours(byte[] encoded) throws IOException {
        double start = processorSeconds();
        int width = OURS.decode(encoded, "picture").width();
        return seconds(start, width);
    }

    private static double theirs(byte[] encoded) throws IOException {
        double start = processorSeconds();
        int width = ImageIO.read(new ByteArrayInputStream(encoded)).getWidth();
        return seconds(start, width);
    }

    private static double seconds(double start, int width) {
        double seconds = processorSeconds() - start;
        if (width == 0) { // never, but the results are used
            throw new IllegalStateException("no picture");
        }
        return seconds;
    }

    private static double processorSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() * 1e-9;
    }
}
