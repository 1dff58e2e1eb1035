package org.clipjava.eval.fit;

import java.util.Arrays;
import org.clipjava.LinearClassifier;
import org.clipjava.eval.Predictions;
import org.clipjava.eval.metrics.Accuracy;
import org.clipjava.eval.metrics.PairedComparison;

/**
 * A linear probe on all pictures, and what such probes are worth: each picture is measured with one that was fitted, its penalty included,
 * without the picture's fold. Immutable and thread-safe.
 *
 * @param probe on all pictures
 * @param folds how many
 * @param accuracy of the probes, each on its own fold
 * @param zeroShot accuracy of the texts on the same pictures
 * @param comparison zero-shot first, the probes second
 */
public record HeldOutProbe(
        LinearProbe probe, int folds, Accuracy accuracy, Accuracy zeroShot, PairedComparison comparison) {
    private static final int MOST_FOLDS = 5;

    /**
     * Fits and measures.
     *
     * @param features at least two pictures of every class
     * @param text the zero-shot classifier of the pictures' classes, in their order
     * @param seed of the folds and the bootstrap
     * @throws IllegalArgumentException if a class has fewer
     */
    public static HeldOutProbe of(LabelledFeatures features, LinearClassifier text, long seed) {
        int folds = Math.min(MOST_FOLDS, features.smallestClass());
        if (folds < 2) {
            int[] counts = features.counts();
            int smallest = 0;
            for (int k = 1; k < counts.length; k++) {
                smallest = counts[k] < counts[smallest] ? k : smallest;
            }
            throw new IllegalArgumentException("a linear probe needs two pictures of every class, one to fit and one "
                    + "to measure, found " + Arrays.stream(counts).min().orElse(0) + " of '"
                    + features.classes().get(smallest) + "'");
        }
        Predictions zeroShot = Answers.of(text, features).predictions(features);
        Predictions heldOut = LinearProbe.heldOut(features, folds, seed);
        return new HeldOutProbe(
                LinearProbe.fit(features, seed),
                folds,
                Accuracy.of(heldOut),
                Accuracy.of(zeroShot),
                PairedComparison.of(zeroShot, heldOut, seed));
    }
}
