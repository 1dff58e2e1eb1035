package org.clipjava.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.KernelChoice;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.measure.GeneratedPhoto;
import org.clipjava.measure.Sample;
import org.clipjava.measure.Timing;
import org.clipjava.text.TokenSequence;

/** The command {@code growth}: how cost grows with what a user can have more of, as a drawing. */
final class Growth {
    private static final double MILLIS = 1000;
    private static final double COMPILATION = 10;

    private final GrowthOptions options;
    private final PrintStream out;

    Growth(GrowthOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** One measured point. */
    record Point(double x, Sample millis) {}

    /** Points that a line joins. */
    record Series(String name, List<Point> points) {}

    /**
     * One drawing of several: milliseconds of one call over what there is more of.
     *
     * @param falls whether more of it should take less time
     */
    record Panel(String title, String xLabel, boolean falls, List<Series> series) {}

    void run() throws IOException, InterruptedException {
        Environment environment = Environment.current();
        out.print(environment.toText());
        int threads = Runtime.getRuntime().availableProcessors();
        List<Panel> panels = new ArrayList<>();
        Panel byThreads = threads(threads);
        List<String> notes = new ArrayList<>();
        try (Clip clip = Clip.open(options.model(), lasting(threads))) {
            panels.add(images(clip));
            panels.add(labels(clip));
            panels.add(tokens(clip));
            panels.add(pictureSize(clip));
            notes.add(clip.info().weightType().spelling() + " weights, " + threads
                    + " threads unless said otherwise, kernels: " + clip.kernels());
        }
        panels.add(2, byThreads);
        notes.add(environment.processor() + ", " + environment.java() + ", commit " + environment.commit());
        notes.add("Dots are medians of " + options.timing().repetitions()
                + " calls, bars their 95 % intervals; the dashed line is growth in proportion.");
        if (environment.busy()) {
            notes.add("Other programs were running.");
        }
        Files.writeString(options.svg(), new GrowthPlot(panels, notes).toSvg());
        if (options.json().isPresent()) {
            Files.writeString(options.json().get(), json(environment, panels));
        }
    }

    private Panel images(Clip clip) throws IOException {
        PixelTensor pixels = clip.preprocessor().preprocess(photo(600, 400));
        List<Point> points = new ArrayList<>();
        for (int n : List.of(1, 2, 4, 8, 16)) {
            List<PixelTensor> batch = Collections.nCopies(n, pixels);
            points.add(point("images", n, () -> clip.encodePixels(batch)));
        }
        return new Panel("Pictures in one call", "pictures", false, List.of(new Series("encode", points)));
    }

    private Panel labels(Clip clip) throws IOException {
        List<Point> points = new ArrayList<>();
        for (int n : List.of(1, 3, 10, 30, 100, 300)) {
            List<String> texts = Workload.texts(n, List.of(clip.defaultTemplate()));
            points.add(point("labels", n, () -> clip.encodeTexts(texts)));
        }
        return new Panel(
                "Labels of a classifier", "labels in one template", false, List.of(new Series("encode", points)));
    }

    private Panel tokens(Clip clip) throws IOException {
        List<Point> points = new ArrayList<>();
        int longest = clip.config().text().contextLength();
        for (int n : IntStream.of(3, 6, 12, 24, 48, longest)
                .filter(n -> n <= longest)
                .toArray()) {
            // A common word is one token; start and end are two more.
            TokenSequence text = clip.tokenizer().encode("cat ".repeat(n - 2));
            points.add(point("tokens", n, () -> clip.encodeTokens(List.of(text))));
        }
        return new Panel("Tokens of one text", "tokens", false, List.of(new Series("encode", points)));
    }

    private Panel pictureSize(Clip clip) throws IOException {
        ImageDecoder decoder = ImageDecoder.standard();
        List<Point> decode = new ArrayList<>();
        List<Point> preprocess = new ArrayList<>();
        for (int width : List.of(300, 600, 1200, 2400, 4800)) {
            int height = width * 2 / 3;
            double megapixels = width * height * 1e-6;
            byte[] jpeg = GeneratedPhoto.jpeg(width, height);
            RgbImage image = decoder.decode(jpeg, "photo");
            decode.add(point("decode, megapixels", megapixels, () -> decoder.decode(jpeg, "photo")));
            preprocess.add(point(
                    "preprocess, megapixels",
                    megapixels,
                    () -> clip.preprocessor().preprocess(image)));
        }
        return new Panel(
                "Size of a JPEG, one thread",
                "megapixels",
                false,
                List.of(new Series("decode", decode), new Series("resize", preprocess)));
    }

    private Panel threads(int most) throws IOException {
        List<Point> one = new ArrayList<>();
        List<Point> eight = new ArrayList<>();
        for (int n = 1; n <= most; n *= 2) {
            try (Clip clip = Clip.open(options.model(), lasting(n))) {
                PixelTensor pixels = clip.preprocessor().preprocess(photo(600, 400));
                compile(() -> clip.encodePixels(pixels));
                if (n == 1) {
                    compile(() -> clip.encodeTexts(Workload.texts(10, List.of(clip.defaultTemplate()))));
                }
                one.add(point("threads", n, () -> clip.encodePixels(pixels)));
                eight.add(point("threads, 8 pictures", n, () -> clip.encodePixels(Collections.nCopies(8, pixels))));
            }
        }
        return new Panel(
                "Threads", "threads", true, List.of(new Series("8 pictures", eight), new Series("1 picture", one)));
    }

    /** The first calls of a process compile what they run, and take longer than the warm-up of a point. */
    private void compile(Timing.Call call) throws IOException {
        new Timing(COMPILATION * options.timing().warmUpSeconds(), 1).of(call);
    }

    private static RgbImage photo(int width, int height) throws IOException {
        return ImageDecoder.standard().decode(GeneratedPhoto.jpeg(width, height), "photo");
    }

    private Point point(String what, double x, Timing.Call call) throws IOException {
        Sample millis = options.timing().of(call).map(seconds -> seconds * MILLIS);
        out.printf("%-24s %8.4g  %9.3f ms%n", what, x, millis.median());
        return new Point(x, millis);
    }

    private static String json(Environment environment, List<Panel> panels) {
        JsonObject root = new JsonObject();
        root.add("environment", environment.toJson());
        JsonArray measurements = new JsonArray();
        for (Panel panel : panels) {
            for (Series series : panel.series()) {
                for (Point point : series.points()) {
                    JsonObject each = new JsonObject();
                    each.addProperty("panel", panel.title());
                    each.addProperty("series", series.name());
                    each.addProperty("x_label", panel.xLabel());
                    each.addProperty("x", point.x());
                    each.addProperty("median_ms", point.millis().median());
                    point.millis().interval().ifPresent(interval -> {
                        each.addProperty("low_ms", interval.low());
                        each.addProperty("high_ms", interval.high());
                    });
                    measurements.add(each);
                }
            }
        }
        root.add("measurements", measurements);
        return new GsonBuilder().setPrettyPrinting().create().toJson(root) + "\n";
    }

    /** Vectors from the first call on. */
    private static ClipOptions lasting(int threads) {
        return ClipOptions.defaults().withThreads(threads).withKernels(KernelChoice.VECTOR);
    }
}
