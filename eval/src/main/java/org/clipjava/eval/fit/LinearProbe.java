package org.clipjava.eval.fit;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.LinearClassifier;
import org.clipjava.eval.Predictions;

/**
 * A linear probe: multinomial logistic regression on unit embeddings (Radford et al., 2021, section 3.2 and appendix A.3, where
 * features are not normalised). It minimises the mean loss of a picture plus λ/2 · ‖W‖²; scikit-learn's C is 1 / (λ·N).
 * Immutable and thread-safe.
 *
 * @param classifier of the pictures' classes
 * @param l2 λ
 * @param trials what was tried to find λ, the largest first; empty where it was given, or could not be chosen
 * @param iterations of L-BFGS, for the classifier alone
 * @param converged whether the loss is within 1e-7 nats of its minimum
 */
public record LinearProbe(
        LinearClassifier classifier, double l2, List<Trial> trials, int iterations, boolean converged) {
    /** λ where there is but one picture of a class, and none to choose it with. */
    public static final double DEFAULT_L2 = 1e-3;

    private static final double TOLERANCE = 1e-7;

    /** Trials differ by thousandths of a nat and more. */
    private static final double SWEEP_TOLERANCE = 1e-5;

    private static final int MOST_FOLDS = 5;
    private static final int MOST_ITERATIONS = 1000;

    /** The sweep: half decades, from {@code 1e-1} down to {@code 1e-7}. */
    private static final int FIRST_HALF_DECADE = 2;

    private static final int LAST_HALF_DECADE = 14;

    /** So many values in a row that are worse than the best end the sweep: the loss is convex enough in log λ. */
    private static final int WORSE_IN_A_ROW = 2;

    /** Copies the list. */
    public LinearProbe {
        trials = List.copyOf(trials);
    }

    /**
     * One λ.
     *
     * @param heldOutLoss the mean of −log of the right label's score, over pictures that the classifier was not fitted to
     * @param heldOutAccuracy share of these that it named right
     */
    public record Trial(double l2, double heldOutLoss, double heldOutAccuracy) {}

    /** Fits with a λ that is known. */
    public static LinearProbe fit(LabelledFeatures features, double l2) {
        return fit(features, l2, List.of());
    }

    /**
     * Fits with the λ that has the lowest loss on held-out folds: five, or as many as the smallest class has pictures. With
     * classes of one picture it is {@link #DEFAULT_L2}.
     *
     * @param features at least one picture of every class
     * @param seed of the folds
     */
    public static LinearProbe fit(LabelledFeatures features, long seed) {
        int folds = Math.min(MOST_FOLDS, features.smallestClass());
        if (folds < 1) {
            throw new IllegalArgumentException("expected a picture of every class, found none of '"
                    + features.classes().get(firstEmpty(features)) + "'");
        }
        if (folds == 1) {
            return fit(features, DEFAULT_L2);
        }
        List<Trial> trials = sweep(features, Folds.stratified(features, folds, seed));
        Trial best = trials.getFirst();
        for (Trial trial : trials) {
            best = trial.heldOutLoss < best.heldOutLoss ? trial : best;
        }
        return fit(features, best.l2, trials);
    }

    /**
     * What each picture is taken for by a probe that was fitted, λ included, without its fold: at the pictures' places.
     *
     * @param folds at least 2, and at most the pictures of the smallest class
     * @param seed of the folds
     */
    public static Predictions heldOut(LabelledFeatures features, int folds, long seed) {
        Folds dealt = Folds.stratified(features, folds, seed);
        Predictions predictions = new Predictions(features.classes().size(), features.size());
        for (int fold = 0; fold < folds; fold++) {
            LinearProbe probe = fit(features.select(dealt.outside(fold)), seed);
            int[] heldOut = dealt.in(fold);
            Answers.of(probe.classifier, features).addTo(predictions, features.select(heldOut), heldOut);
        }
        return predictions;
    }

    private static LinearProbe fit(LabelledFeatures features, double l2, List<Trial> trials) {
        SoftmaxRegression regression = new SoftmaxRegression(features, l2, TOLERANCE);
        Lbfgs.Result result = Lbfgs.minimise(regression, regression.start(), MOST_ITERATIONS);
        return new LinearProbe(
                regression.classifier(result.point()), l2, trials, result.iterations(), result.converged());
    }

    /** Each fold starts a λ where it ended with the one before. */
    private static List<Trial> sweep(LabelledFeatures features, Folds folds) {
        List<LabelledFeatures> inside = new ArrayList<>();
        List<LabelledFeatures> outside = new ArrayList<>();
        double[][][] points = new double[folds.count()][][];
        for (int fold = 0; fold < folds.count(); fold++) {
            inside.add(features.select(folds.in(fold)));
            outside.add(features.select(folds.outside(fold)));
            points[fold] = new double[features.width() + 1][features.classes().size()];
        }
        List<Trial> trials = new ArrayList<>();
        double lowest = Double.POSITIVE_INFINITY;
        int worse = 0;
        for (int half = FIRST_HALF_DECADE; half <= LAST_HALF_DECADE && worse < WORSE_IN_A_ROW; half++) {
            double l2 = Math.pow(10, -half / 2.0);
            double loss = 0;
            double right = 0;
            for (int fold = 0; fold < folds.count(); fold++) {
                SoftmaxRegression regression = new SoftmaxRegression(outside.get(fold), l2, SWEEP_TOLERANCE);
                points[fold] = Lbfgs.minimise(regression, points[fold], MOST_ITERATIONS)
                        .point();
                Answers answers = new Answers(regression.classifier(points[fold]));
                LabelledFeatures heldOut = inside.get(fold);
                loss += answers.loss(heldOut) * heldOut.size();
                right += answers.accuracy(heldOut) * heldOut.size();
            }
            trials.add(new Trial(l2, loss / features.size(), right / features.size()));
            worse = loss < lowest ? 0 : worse + 1;
            lowest = Math.min(lowest, loss);
        }
        return trials;
    }

    private static int firstEmpty(LabelledFeatures features) {
        int[] counts = features.counts();
        int k = 0;
        while (counts[k] > 0) {
            k++;
        }
        return k;
    }
}
