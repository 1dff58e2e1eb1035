package org.clipjava.eval.metrics;

import java.util.Optional;
import org.clipjava.eval.Predictions;

/**
 * What CLIP_benchmark reports, under its names. Immutable and thread-safe.
 *
 * @param acc1 pictures taken for what they are
 * @param acc5 pictures whose label is among the best five; empty if there are fewer labels
 * @param meanPerClassRecall the mean of the labels' recalls, those without pictures left out
 * @param meanPerClassRecallInterval put together of the recalls' Wilson intervals (MOVER, Zou and Donner 2008)
 */
public record Accuracy(
        Proportion acc1, Optional<Proportion> acc5, double meanPerClassRecall, Interval meanPerClassRecallInterval) {

    /** Counts. */
    public static Accuracy of(Predictions predictions) {
        return of(predictions, ConfusionMatrix.of(predictions));
    }

    /** Counts what the matrix of the same predictions does not hold. */
    public static Accuracy of(Predictions predictions, ConfusionMatrix matrix) {
        long first = 0;
        long amongFive = 0;
        for (int i = 0; i < predictions.size(); i++) {
            if (predictions.has(i)) {
                int rank = predictions.rank(i);
                first += rank == 0 ? 1 : 0;
                amongFive += rank < 5 ? 1 : 0;
            }
        }
        long count = predictions.count();
        double sum = 0;
        double below = 0;
        double above = 0;
        int classes = 0;
        for (int label = 0; label < matrix.labels(); label++) {
            Proportion recall = matrix.recall(label);
            if (recall.of() > 0) {
                Interval interval = recall.interval();
                sum += recall.value();
                below += square(recall.value() - interval.low());
                above += square(interval.high() - recall.value());
                classes++;
            }
        }
        double mean = sum / classes;
        return new Accuracy(
                new Proportion(first, count),
                predictions.labels() < 5 ? Optional.empty() : Optional.of(new Proportion(amongFive, count)),
                mean,
                new Interval(mean - Math.sqrt(below) / classes, mean + Math.sqrt(above) / classes));
    }

    private static double square(double x) {
        return x * x;
    }
}
