package org.clipjava.eval.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.clipjava.LinearClassifier;

/**
 * Accuracy by the number of examples of each class. For every seed a class's pictures are shuffled once: the first are the examples, fewer
 * ones a part of more, and all those behind the most examples are measured on. So within a seed every point and every method is measured
 * on the same pictures, of which none was an example. Immutable and thread-safe.
 *
 * @param seeds what the examples were drawn with
 * @param points method by method, in the order of {@link Method}, each from few to many shots; zero-shot has one, of 0 shots
 */
public record ShotCurve(List<Long> seeds, List<Point> points) {
    private static final double CONFIDENCE = 0.95;

    private static final List<Method> FITTED = List.of(Method.CLASS_MEANS, Method.BLEND, Method.LINEAR_PROBE);

    /** Copies the lists. */
    public ShotCurve {
        seeds = List.copyOf(seeds);
        points = List.copyOf(points);
    }

    /** How a classifier is made. */
    public enum Method {
        /** Texts alone. */
        ZERO_SHOT,
        /** The mean of a class's examples. */
        CLASS_MEANS,
        /** Class means and texts. */
        BLEND,
        /** Logistic regression on the examples. */
        LINEAR_PROBE
    }

    /**
     * One method with so many examples.
     *
     * @param shots of each class
     * @param accuracies one for each seed, in their order
     * @param mean of these
     * @param low end of the mean's 95 % interval over the choice of examples: Student's t, within 0 and 1
     * @param high its other end
     */
    public record Point(Method method, int shots, List<Double> accuracies, double mean, double low, double high) {
        /** Copies the list. */
        public Point {
            accuracies = List.copyOf(accuracies);
        }

        static Point of(Method method, int shots, List<Double> accuracies) {
            SummaryStatistics statistics = new SummaryStatistics();
            accuracies.forEach(statistics::addValue);
            double mean = statistics.getMean();
            double quantile =
                    new TDistribution(accuracies.size() - 1.0).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
            double half = quantile * statistics.getStandardDeviation() / Math.sqrt(accuracies.size());
            return new Point(method, shots, accuracies, mean, Math.max(0, mean - half), Math.min(1, mean + half));
        }
    }

    /**
     * Measures all methods.
     *
     * @param text the zero-shot classifier of the pictures' classes, in their order
     * @param shots how many examples of each class, ascending, at least 1
     * @param seeds at least two
     * @param progress hears of each seed that is done
     * @throws IllegalArgumentException if a class has not one picture more than the most shots
     */
    public static ShotCurve measure(
            LabelledFeatures features, LinearClassifier text, int[] shots, long[] seeds, Consumer<Long> progress) {
        check(features, shots, seeds);
        int most = shots[shots.length - 1];
        Answers zeroShot = Answers.of(text, features);
        List<Double> withoutShots = new ArrayList<>();
        double[][][] accuracies = new double[FITTED.size()][shots.length][seeds.length];
        for (int s = 0; s < seeds.length; s++) {
            long seed = seeds[s];
            LabelledFeatures rest =
                    features.select(FewShot.split(features, most, most, seed).rest());
            withoutShots.add(zeroShot.accuracy(rest));
            for (int i = 0; i < shots.length; i++) {
                LabelledFeatures examples = features.select(
                        FewShot.split(features, shots[i], most, seed).shots());
                for (int m = 0; m < FITTED.size(); m++) {
                    Answers answers = new Answers(classifier(FITTED.get(m), examples, text, seed));
                    accuracies[m][i][s] = answers.accuracy(rest);
                }
            }
            progress.accept(seed);
        }
        List<Point> points = new ArrayList<>();
        points.add(Point.of(Method.ZERO_SHOT, 0, withoutShots));
        for (int m = 0; m < FITTED.size(); m++) {
            for (int i = 0; i < shots.length; i++) {
                points.add(Point.of(
                        FITTED.get(m),
                        shots[i],
                        Arrays.stream(accuracies[m][i]).boxed().toList()));
            }
        }
        return new ShotCurve(Arrays.stream(seeds).boxed().toList(), points);
    }

    /** The classifier that a method makes of examples. */
    public static LinearClassifier classifier(
            Method method, LabelledFeatures examples, LinearClassifier text, long seed) {
        return switch (method) {
            case ZERO_SHOT -> text;
            case CLASS_MEANS -> FewShot.classMeans(examples, text.scale()[0]);
            case BLEND -> FewShot.blend(examples, text, seed).classifier();
            case LINEAR_PROBE -> LinearProbe.fit(examples, seed).classifier();
        };
    }

    private static void check(LabelledFeatures features, int[] shots, long[] seeds) {
        if (shots.length == 0) {
            throw new IllegalArgumentException("expected at least one number of shots, found none");
        }
        for (int i = 0; i < shots.length; i++) {
            if (shots[i] < 1 || (i > 0 && shots[i] <= shots[i - 1])) {
                throw new IllegalArgumentException(
                        "expected ascending numbers of shots from 1 on, found " + Arrays.toString(shots));
            }
        }
        if (seeds.length < 2) {
            throw new IllegalArgumentException("expected at least two seeds for an interval, found " + seeds.length);
        }
        int most = shots[shots.length - 1];
        int[] counts = features.counts();
        for (int k = 0; k < counts.length; k++) {
            if (counts[k] <= most) {
                throw new IllegalArgumentException(
                        "class '%s': expected at least %d pictures, %d shots and one to measure with, found %d; ask for fewer shots"
                                .formatted(features.classes().get(k), most + 1, most, counts[k]));
            }
        }
    }
}
