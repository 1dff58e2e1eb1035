package org.clipjava.eval.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.eval.Predictions;
import org.junit.jupiter.api.Test;

class LinearProbeTest {
    private static final double L2 = 0.01;

    /** {@code (7n + 3e + n²e) mod 11 - 3}, for n = 0 to 13 and e = 0 to 2. */
    private static final int[] LABELS = {0, 1, 2, 1, 0, 2, 1, 0, 0, 2, 1, 2, 2, 0};

    /**
     * Of scikit-learn 1.2.1's {@code LogisticRegression(C=1/(0.01*14), tol=1e-14, solver="newton-cg")} on the normalised rows;
     * PyTorch's LBFGS in double agrees to 3e-8.
     */
    private static final double[][] WEIGHTS = {
        {-1.168607688, -0.490687811, -0.096710824},
        {1.586193362, 0.228101412, 0.235044726},
        {-0.417585674, 0.262586399, -0.138333902}
    };

    /** Less their mean, which logistic regression leaves open. */
    private static final double[] BIAS = {0.458494846, -0.750345824, 0.291850979};

    private static final double LOSS = 0.9208993982;

    @Test
    void agreesWithScikitLearn() {
        LinearProbe probe = LinearProbe.fit(integers(), L2);

        assertTrue(probe.converged());
        LinearClassifier classifier = probe.classifier();
        double mean = 0;
        for (float bias : classifier.bias()) {
            mean += bias / 3.0;
        }
        for (int k = 0; k < 3; k++) {
            for (int e = 0; e < 3; e++) {
                double weight =
                        classifier.scale()[k] * classifier.directions().get(k).get(e);
                // a loss of 1e-7 above the minimum is at most sqrt(2e-7 / 0.01) away; here the curvature is greater by
                // far
                assertEquals(WEIGHTS[k][e], weight, 1e-3, "weight " + k + ", " + e);
            }
            assertEquals(BIAS[k], classifier.bias()[k] - mean, 1e-3, "bias " + k);
        }
        assertEquals(LOSS, Answers.of(classifier, integers()).loss(integers()), 1e-4);
    }

    /** The loss has one minimum, where its slope is zero; both written out again here, on features as they are. */
    @Test
    void leavesNoSlope() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int classes : new int[] {2, 7, 13}) {
            LabelledFeatures features = Clusters.of(classes, 13, 1.5, random).drawEach(9, random);
            double l2 = 1e-3;
            SoftmaxRegression regression = new SoftmaxRegression(features, l2, 1e-12);
            Lbfgs.Result result = Lbfgs.minimise(regression, regression.start(), 1000);
            LinearClassifier classifier = regression.classifier(result.point());

            double steepest = 0;
            double[][] slope = slope(features, classifier, l2);
            for (double[] row : slope) {
                for (double s : row) {
                    steepest = Math.max(steepest, Math.abs(s));
                }
            }

            assertTrue(result.converged(), "seed " + seed);
            // ‖gradient‖² ≤ 2 · 1e-3 · 1e-12; the classifier's weights, about 100, are floats: 100 · 2⁻²⁴ on a logit
            assertTrue(steepest < 1e-5, steepest + " with " + classes + " classes, seed " + seed);
        }
    }

    private static double[][] slope(LabelledFeatures features, LinearClassifier classifier, double l2) {
        int classes = features.classes().size();
        int width = features.width();
        double[][] slope = new double[classes][width + 1];
        for (int n = 0; n < features.size(); n++) {
            for (var score : classifier.classify(features.embedding(n)).scores()) {
                int k = features.classes().indexOf(score.label());
                double difference = score.score() - (k == features.label(n) ? 1 : 0);
                for (int e = 0; e < width; e++) {
                    slope[k][e] += difference * features.embedding(n).get(e) / features.size();
                }
                slope[k][width] += difference / features.size();
            }
        }
        for (int k = 0; k < classes; k++) {
            for (int e = 0; e < width; e++) {
                slope[k][e] += l2
                        * classifier.scale()[k]
                        * classifier.directions().get(k).get(e);
            }
        }
        return slope;
    }

    @Test
    void theGradientIsThatOfTheLoss() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        LabelledFeatures features = Clusters.of(5, 7, 1, random).drawEach(3, random);
        SoftmaxRegression regression = new SoftmaxRegression(features, 0.1, 1e-9);
        double[][] point = regression.start();
        for (double[] row : point) {
            for (int k = 0; k < row.length; k++) {
                row[k] = random.nextGaussian();
            }
        }
        double[][] gradient = regression.start();
        double[][] unused = regression.start();
        regression.valueAndGradient(point, gradient);
        for (int e = 0; e < point.length; e++) {
            for (int k = 0; k < point[e].length; k++) {
                double at = point[e][k];
                point[e][k] = at + 1e-5;
                double above = regression.valueAndGradient(point, unused);
                point[e][k] = at - 1e-5;
                double below = regression.valueAndGradient(point, unused);
                point[e][k] = at;
                // central differences: 1e-10 of the third derivative, 1e-16 / 1e-5 of rounding
                assertEquals((above - below) / 2e-5, gradient[e][k], 1e-8, e + ", " + k + ", seed " + seed);
            }
        }
    }

    @Test
    void choosesAPenaltyBetweenTooStiffAndTooFree() {
        Random random = new Random(5);
        Clusters clusters = Clusters.of(6, 30, 2, random);
        LabelledFeatures train = clusters.drawEach(15, random);
        LabelledFeatures unseen = clusters.drawEach(300, random);

        LinearProbe chosen = LinearProbe.fit(train, 3L);

        double loss = Answers.of(chosen.classifier(), unseen).loss(unseen);
        assertTrue(loss
                < Answers.of(LinearProbe.fit(train, 1.0).classifier(), unseen).loss(unseen));
        assertTrue(loss
                < Answers.of(LinearProbe.fit(train, 1e-6).classifier(), unseen).loss(unseen));
        LinearProbe.Trial best = chosen.trials().stream()
                .filter(trial -> trial.l2() == chosen.l2())
                .findFirst()
                .orElseThrow();
        assertTrue(chosen.trials().stream().allMatch(trial -> trial.heldOutLoss() >= best.heldOutLoss()));
        // the same pictures, held out and new: standard error of the first about 1 / sqrt(90)
        assertEquals(loss, best.heldOutLoss(), 0.4);
    }

    @Test
    void theSeedDecidesEverything() {
        Random random = new Random(9);
        LabelledFeatures features = Clusters.of(3, 13, 1.5, random).drawEach(7, random);

        LinearProbe one = LinearProbe.fit(features, 1L);
        LinearProbe again = LinearProbe.fit(features, 1L);

        assertEquals(one.trials(), again.trials());
        assertEquals(one.classifier().directions(), again.classifier().directions());
        Predictions held = LinearProbe.heldOut(features, 3, 4L);
        Predictions heldAgain = LinearProbe.heldOut(features, 3, 4L);
        for (int n = 0; n < features.size(); n++) {
            assertEquals(held.predicted(n), heldAgain.predicted(n));
            assertEquals(held.confidence(n), heldAgain.confidence(n));
        }
    }

    /** With labels that mean nothing, an answer that had seen its picture would be right more often than by chance. */
    @Test
    void heldOutAnswersHaveNotSeenTheirPictures() {
        Random random = new Random(21);
        List<Embedding> noise = new ArrayList<>();
        int[] labels = new int[200];
        for (int n = 0; n < labels.length; n++) {
            float[] picture = new float[120];
            for (int e = 0; e < picture.length; e++) {
                picture[e] = (float) random.nextGaussian();
            }
            noise.add(Embedding.of(picture));
            labels[n] = n % 2;
        }
        LabelledFeatures features = LabelledFeatures.of(noise, labels, List.of("a", "b"));

        Predictions answers = LinearProbe.heldOut(features, 5, 2L);

        int right = 0;
        for (int n = 0; n < labels.length; n++) {
            right += answers.right(n) ? 1 : 0;
            assertEquals(labels[n], answers.truth(n));
        }
        double fitted = Answers.of(LinearProbe.fit(features, 1e-4).classifier(), features)
                .accuracy(features);
        assertTrue(fitted > 0.8, "it can learn what means nothing: " + fitted);
        // five standard deviations of a fair coin thrown 200 times
        assertEquals(100.0, right, 36);
    }

    @Test
    void doesWithOnePictureOfAClass() {
        Random random = new Random(3);
        LinearProbe probe = LinearProbe.fit(Clusters.of(4, 13, 0.5, random).draw(new int[] {1, 5, 5, 5}, random), 1L);

        assertEquals(LinearProbe.DEFAULT_L2, probe.l2());
        assertEquals(List.of(), probe.trials());
    }

    @Test
    void namesAClassWithoutPictures() {
        Random random = new Random(3);
        LabelledFeatures features = Clusters.of(3, 13, 0.5, random).draw(new int[] {5, 0, 5}, random);

        String message = assertThrows(IllegalArgumentException.class, () -> LinearProbe.fit(features, 1L))
                .getMessage();

        assertEquals("expected a picture of every class, found none of 'class 1'", message);
    }

    @Test
    void refusesAPenaltyOfNothing() {
        for (double l2 : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> LinearProbe.fit(integers(), l2));
        }
    }

    @Test
    void foldsHoldTheirShareOfEveryClass() {
        Random random = new Random(8);
        LabelledFeatures features = Clusters.of(3, 2, 1, random).draw(new int[] {7, 13, 3}, random);

        Folds folds = Folds.stratified(features, 5, 1L);

        for (int fold = 0; fold < 5; fold++) {
            int[] counts = features.select(folds.in(fold)).counts();
            assertTrue(counts[0] >= 1 && counts[0] <= 2, Arrays.toString(counts));
            assertTrue(counts[1] >= 2 && counts[1] <= 3, Arrays.toString(counts));
            assertTrue(counts[2] <= 1, Arrays.toString(counts));
            assertEquals(features.size(), folds.in(fold).length + folds.outside(fold).length);
        }
    }

    private static LabelledFeatures integers() {
        List<Embedding> rows = new ArrayList<>();
        for (int n = 0; n < LABELS.length; n++) {
            float[] row = new float[3];
            for (int e = 0; e < 3; e++) {
                row[e] = (7 * n + 3 * e + n * n * e) % 11 - 3;
            }
            rows.add(Embedding.of(row));
        }
        return LabelledFeatures.of(rows, LABELS, List.of("a", "b", "c"));
    }
}
