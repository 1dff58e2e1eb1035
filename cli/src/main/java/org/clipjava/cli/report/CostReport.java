package org.clipjava.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.cli.input.ImageInput;
import org.clipjava.cli.output.ExitCode;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.PixelTensor;
import org.clipjava.io.Columns;
import org.clipjava.io.FileFailure;
import org.clipjava.io.Shown;

/** What narrower weights or smaller decoding cost, on the user's own pictures: each goes the exact and the cheaper way. */
public final class CostReport {
    /** Things that photographs show, for those who name no labels. */
    public static final List<String> DEFAULT_LABELS = List.of(
            "person",
            "group of people",
            "face",
            "child",
            "dog",
            "cat",
            "bird",
            "horse",
            "fish",
            "insect",
            "flower",
            "tree",
            "forest",
            "mountain",
            "beach",
            "lake",
            "sky",
            "city street",
            "building",
            "house",
            "room",
            "furniture",
            "car",
            "bicycle",
            "train",
            "airplane",
            "boat",
            "food",
            "cup of coffee",
            "fruit",
            "computer",
            "phone",
            "book",
            "text",
            "drawing",
            "painting",
            "map",
            "sports",
            "tool",
            "clothing");

    private final Way exact;
    private final Way cheaper;
    private final ZeroShotClassifier exactClassifier;
    private final ZeroShotClassifier cheaperClassifier;
    private final List<PixelTensor> sample = new ArrayList<>();

    /**
     * From a picture to its embedding.
     *
     * @param name what the table calls it
     */
    public record Way(String name, Clip clip, ImageDecoder decoder) {
        private PixelTensor pixels(EncodedImage opened) throws IOException {
            return decoder.decodePixels(opened, CompletableFuture.completedFuture(clip.preprocessor()), Runnable::run);
        }
    }

    /**
     * @param cheaper of the same model; with the same decoder, it is given the same pixels
     * @param labels whose logits are compared
     */
    public CostReport(Way exact, Way cheaper, List<String> labels) {
        this.exact = exact;
        this.cheaper = cheaper;
        this.exactClassifier = ZeroShotClassifier.of(exact.clip, labels);
        this.cheaperClassifier =
                exact.clip.equals(cheaper.clip) ? exactClassifier : ZeroShotClassifier.of(cheaper.clip, labels);
    }

    /**
     * One picture's figures.
     *
     * @param cosine of its two embeddings
     * @param shift the largest difference of a label's two logits
     */
    record Row(String image, double cosine, double shift, String exactBest, String cheaperBest) {
        boolean agrees() {
            return exactBest.equals(cheaperBest);
        }
    }

    /** Compares, and writes the table; a picture that can't be read is a line on stderr. */
    public ExitCode write(List<ImageInput> images, Terminal terminal) throws IOException {
        return write(images, 0, terminal);
    }

    /** The same, and keeps so many of the pictures at most, evenly from first to last, for {@link #sample}. */
    public ExitCode write(List<ImageInput> images, int sampled, Terminal terminal) throws IOException {
        Tally tally = Tally.NONE;
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            ImageInput image = images.get(i);
            long share = Math.min(sampled, images.size());
            boolean kept = (i + 1) * share / images.size() > i * share / images.size();
            try {
                rows.add(compare(image, kept));
                tally = tally.plusSucceeded();
            } catch (IOException e) {
                terminal.say(image.name() + ": " + FileFailure.reason(e, image.name()));
                tally = tally.plusFailed();
            }
        }
        if (!rows.isEmpty()) {
            terminal.print(table(rows));
        }
        return tally.exitCode();
    }

    /** Pictures that were kept, as the exact way reads them. */
    public List<PixelTensor> sample() {
        return List.copyOf(sample);
    }

    private Row compare(ImageInput image, boolean kept) throws IOException {
        PixelTensor exactPixels;
        PixelTensor cheaperPixels;
        try (EncodedImage opened = image.open()) {
            exactPixels = exact.pixels(opened);
            cheaperPixels = exact.decoder.equals(cheaper.decoder) ? exactPixels : cheaper.pixels(opened);
        }
        if (kept) {
            sample.add(exactPixels);
        }
        Embedding exactEmbedding = exact.clip.encodePixels(exactPixels);
        Embedding cheaperEmbedding = cheaper.clip.encodePixels(cheaperPixels);
        Classification exactScores = exactClassifier.classify(exactEmbedding);
        Classification cheaperScores = cheaperClassifier.classify(cheaperEmbedding);
        double shift = 0;
        for (Classification.Score score : exactScores.scores()) {
            shift = Math.max(shift, Math.abs(score.logit() - logit(cheaperScores, score.label())));
        }
        return new Row(
                image.name(),
                exactEmbedding.cosine(cheaperEmbedding),
                shift,
                exactScores.best().label(),
                cheaperScores.best().label());
    }

    private static double logit(Classification scores, String label) {
        return scores.scores().stream()
                .filter(score -> score.label().equals(label))
                .findFirst()
                .orElseThrow()
                .logit();
    }

    private static int width(String title, Stream<String> labels) {
        return Columns.width(
                Stream.concat(Stream.of(title), labels.map(Shown::line)).toList());
    }

    private String table(List<Row> rows) {
        String exactTitle = "best of " + exact.name;
        String cheaperTitle = "best of " + cheaper.name;
        int exactWidth = width(exactTitle, rows.stream().map(Row::exactBest));
        int cheaperWidth = width(cheaperTitle, rows.stream().map(Row::cheaperBest));
        StringBuilder table = new StringBuilder("cosine    logit shift  %s  %s  image\n"
                .formatted(Columns.padded(exactTitle, exactWidth), Columns.padded(cheaperTitle, cheaperWidth)));
        for (Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "%.6f  %11.4f  %s  %s  %s\n",
                    row.cosine(),
                    row.shift(),
                    Columns.padded(Shown.line(row.exactBest()), exactWidth),
                    Columns.padded(Shown.line(row.cheaperBest()), cheaperWidth),
                    Shown.line(row.image())));
        }
        Row leastAlike =
                rows.stream().min(Comparator.comparingDouble(Row::cosine)).orElseThrow();
        Row mostShifted =
                rows.stream().max(Comparator.comparingDouble(Row::shift)).orElseThrow();
        long agreeing = rows.stream().filter(Row::agrees).count();
        table.append(String.format(
                Locale.ROOT,
                "cosine of %s to %s: mean %.6f, worst %.6f (%s)\n",
                cheaper.name,
                exact.name,
                rows.stream().mapToDouble(Row::cosine).average().orElseThrow(),
                leastAlike.cosine(),
                Shown.line(leastAlike.image())));
        table.append(String.format(
                Locale.ROOT,
                "logit shift: mean %.4f, worst %.4f (%s)\n",
                rows.stream().mapToDouble(Row::shift).average().orElseThrow(),
                mostShifted.shift(),
                Shown.line(mostShifted.image())));
        table.append(String.format(
                Locale.ROOT,
                "same best label: %d of %d pictures (%.1f %%), %d labels\n",
                agreeing,
                rows.size(),
                100.0 * agreeing / rows.size(),
                exactClassifier.labels().size()));
        return table.toString();
    }
}
