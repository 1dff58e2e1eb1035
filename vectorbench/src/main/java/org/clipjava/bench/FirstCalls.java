package org.clipjava.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.bench.Options.UsageException;
import org.clipjava.bench.Paired.Spread;
import org.clipjava.config.KernelChoice;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.measure.GeneratedPhoto;

/** What the first pictures of a program cost that has just been started, with each choice of kernels: a JVM each, in turn. */
final class FirstCalls {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    private final Path model;
    private final int calls;
    private final int repetitions;
    private final PrintStream out;

    private FirstCalls(Path model, int calls, int repetitions, PrintStream out) {
        this.model = model;
        this.calls = calls;
        this.repetitions = repetitions;
        this.out = out;
    }

    static FirstCalls parse(List<String> arguments, PrintStream out) throws UsageException {
        Options options = Options.parse(arguments, Set.of("--model", "--calls", "--repetitions"));
        return new FirstCalls(
                Path.of(options.required("--model")),
                options.count("--calls").orElse(6),
                options.count("--repetitions").orElse(5),
                out);
    }

    void run() throws IOException, InterruptedException {
        if (!Files.isRegularFile(model)) {
            throw new NoSuchFileException(model.toString());
        }
        out.println(Environment.current().toText());
        List<KernelChoice> choices = List.of(KernelChoice.values());
        double[][][] seconds = new double[choices.size()][calls][repetitions];
        for (int repetition = 0; repetition < repetitions; repetition++) {
            for (int choice = 0; choice < choices.size(); choice++) {
                List<Double> times = once(choices.get(choice));
                for (int call = 0; call < calls; call++) {
                    seconds[choice][call][repetition] = times.get(call);
                }
            }
        }
        out.println("| kernels | seconds of each of the first calls, median |");
        out.println("|---|---|");
        for (int choice = 0; choice < choices.size(); choice++) {
            StringBuilder row = new StringBuilder("| ");
            row.append(choices.get(choice).name().toLowerCase(Locale.ROOT)).append(" |");
            for (double[] call : seconds[choice]) {
                row.append(String.format(Locale.ROOT, " %.2f", Spread.of(call).median()));
            }
            out.println(row.append(" |"));
        }
    }

    private List<Double> once(KernelChoice kernels) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        model.toString(),
                        kernels.name(),
                        Integer.toString(calls))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<Double> times = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> times.add(Double.parseDouble(line)));
        }
        if (process.waitFor() != 0 || times.size() != calls) {
            throw new IOException("a program that was to be measured ended with " + process.exitValue());
        }
        return times;
    }

    /** What is measured: opens the model and encodes the same pixels again and again. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            ClipOptions options = ClipOptions.defaults().withKernels(KernelChoice.valueOf(args[1]));
            byte[] photo = GeneratedPhoto.jpeg(WIDTH, HEIGHT);
            RgbImage picture = ImageDecoder.standard().decode(photo, "generated");
            try (Clip clip = Clip.open(Path.of(args[0]), options)) {
                for (int call = 0; call < Integer.parseInt(args[2]); call++) {
                    long start = System.nanoTime();
                    clip.encodeImage(picture);
                    System.out.println((System.nanoTime() - start) / 1e9);
                }
            }
        }
    }
}
