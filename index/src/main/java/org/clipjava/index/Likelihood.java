package org.clipjava.index;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.lucene.util.VectorUtil;
import org.clipjava.Clip;
import org.clipjava.Embedding;

/**
 * Turns the cosine of a picture and a text into a probability that the picture really shows it. How large a cosine is large, differs from
 * model to model and from collection to collection: it is measured on the collection itself, with texts of a hundred things that pictures
 * may show, most of which a given picture does not. docs/adr/0021 says what was tried, and how well it does.
 *
 * <p>Immutable and thread-safe.
 *
 * @param mean of the cosines of the index's pictures to those texts
 * @param spread how far they lie apart for one text: the mean, over the texts, of the distance from the median down to the 16th percentile
 */
public record Likelihood(double mean, double spread) {
    /** From here on a picture is shown if nobody asks for more or for less. */
    public static final double CUT_OFF = 0.35;

    /** Spreads above the middle at which half of the pictures show it. */
    private static final double HALF = 4.85;

    /** Of the logistic curve, a spread. */
    private static final double STEEPNESS = 2.0;

    /** How much the middle of a text's own cosines counts, beside that of all texts. */
    private static final double OWN = 0.5;

    /** With so many pictures it counts half of that. */
    private static final double FEW = 20;

    private static final double LOW = 0.16;
    private static final double LEAST_SPREAD = 1e-4;

    /** Pictures that stand for all. */
    static final int SAMPLE = 2048;

    /** Checks that they are numbers. */
    public Likelihood {
        if (!Double.isFinite(mean) || !(spread >= LEAST_SPREAD)) {
            throw new IllegalArgumentException("expected a finite mean and a spread of at least " + LEAST_SPREAD
                    + ", found " + mean + ", " + spread);
        }
    }

    /** A text, and the middle of its cosines. */
    record OfText(Likelihood all, double middle) {
        double probability(double cosine) {
            double above = (cosine - middle) / all.spread;
            return 1 / (1 + Math.exp(-STEEPNESS * (above - HALF)));
        }
    }

    /**
     * Measures a collection.
     *
     * @param sample some of its vectors, each of length 1; at least one
     * @param generic directions of the texts, each of length 1
     */
    static Likelihood of(List<float[]> sample, List<Embedding> generic) {
        double middles = 0;
        double spreads = 0;
        for (Embedding text : generic) {
            double[] cosines = cosines(sample, text);
            double middle = quantile(cosines, 0.5);
            middles += middle;
            spreads += middle - quantile(cosines, LOW);
        }
        // A handful of pictures may be all alike; then it is the texts that lie apart.
        double apart = sample.size() < FEW ? apart(sample, generic) : spreads / generic.size();
        return new Likelihood(middles / generic.size(), Math.max(LEAST_SPREAD, apart));
    }

    /** The same distance among the texts of one picture, the mean over the pictures. */
    private static double apart(List<float[]> sample, List<Embedding> generic) {
        double sum = 0;
        for (float[] picture : sample) {
            double[] cosines = generic.stream()
                    .mapToDouble(text -> dot(picture, text.toArray()))
                    .sorted()
                    .toArray();
            sum += quantile(cosines, 0.5) - quantile(cosines, LOW);
        }
        return sum / sample.size();
    }

    /** @param direction of length 1 */
    OfText ofText(List<float[]> sample, Embedding direction) {
        if (sample.isEmpty()) {
            return new OfText(this, mean);
        }
        double weight = OWN * sample.size() / (sample.size() + FEW);
        return new OfText(this, weight * quantile(cosines(sample, direction), 0.5) + (1 - weight) * mean);
    }

    private static double[] cosines(List<float[]> sample, Embedding text) {
        float[] direction = text.toArray();
        double[] cosines = new double[sample.size()];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = dot(sample.get(i), direction);
        }
        Arrays.sort(cosines);
        return cosines;
    }

    private static double dot(float[] a, float[] b) {
        return VectorUtil.dotProduct(a, b);
    }

    private static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** The texts that every collection is measured with, in the model's own template. */
    static List<Embedding> generic(Clip clip) throws IOException {
        Function<String, String> template = clip.defaultTemplate()::format;
        return clip.encodeTexts(things().stream().map(template).toList()).stream()
                .map(Embedding::normalized)
                .toList();
    }

    private static List<String> things() throws IOException {
        try (InputStream in = Objects.requireNonNull(Likelihood.class.getResourceAsStream("generic.txt"))) {
            List<String> lines = new ArrayList<>(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            lines.removeIf(line -> line.startsWith("#"));
            return List.copyOf(lines);
        }
    }
}
