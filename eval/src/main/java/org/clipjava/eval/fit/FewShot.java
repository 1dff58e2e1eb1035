package org.clipjava.eval.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;

/**
 * Classifiers made of a handful of pictures of each class, without training: class means, as prototypes (Snell et al., 2017), and their
 * blend with a classifier made of texts, in the manner of Tip-Adapter (Zhang et al., 2022), whose cache of single pictures is
 * here one mean a class. Immutable and thread-safe.
 */
public final class FewShot {
    /** Weight of the class means where there is but one picture of a class, and none to choose it with. */
    public static final double DEFAULT_ALPHA = 0.5;

    private static final int MOST_FOLDS = 5;

    /** Cosines between pictures lie further apart than those of pictures and texts: small weights are the finer steps. */
    private static final double[] ALPHAS = {
        0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
        0.95, 1
    };

    private FewShot() {}

    /**
     * A blend.
     *
     * @param alpha weight of the class means, 0 to 1; the texts have the rest
     * @param trials what was tried to find it; empty where it could not be chosen
     */
    public record Blend(LinearClassifier classifier, double alpha, List<Trial> trials) {
        /** Copies the list. */
        public Blend {
            trials = List.copyOf(trials);
        }
    }

    /**
     * One weight.
     *
     * @param heldOutAccuracy share of pictures named right by means that they were no part of
     * @param heldOutLoss the mean of −log of the right label's score over the same
     */
    public record Trial(double alpha, double heldOutAccuracy, double heldOutLoss) {}

    /** Examples, and the pictures that are left to measure with. */
    record Split(int[] shots, int[] rest) {}

    /**
     * Draws examples.
     *
     * @param shots of each class
     * @return their indices, class by class, [K · shots]; with the same seed those of fewer shots are among those of more
     * @throws IllegalArgumentException if a class has fewer pictures
     */
    public static int[] draw(LabelledFeatures features, int shots, long seed) {
        return split(features, shots, shots, seed).shots;
    }

    /** The examples, less than {@code most} of each class perhaps, and all that {@code most} would have left. */
    static Split split(LabelledFeatures features, int shots, int most, long seed) {
        if (shots < 1 || shots > most) {
            throw new IllegalArgumentException("expected 1 to " + most + " shots, found " + shots);
        }
        Random random = new Random(seed);
        List<Integer> drawn = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        List<List<Integer>> byClass = features.indicesByClass();
        for (int k = 0; k < byClass.size(); k++) {
            List<Integer> indices = byClass.get(k);
            if (indices.size() < most) {
                throw new IllegalArgumentException(
                        "class '" + features.classes().get(k) + "': expected at least " + most
                                + " pictures for as many shots, found " + indices.size());
            }
            Collections.shuffle(indices, random);
            drawn.addAll(indices.subList(0, shots));
            rest.addAll(indices.subList(most, indices.size()));
        }
        return new Split(
                drawn.stream().mapToInt(Integer::intValue).toArray(),
                rest.stream().mapToInt(Integer::intValue).sorted().toArray());
    }

    /**
     * The normalised mean of each class's unit embeddings as its direction.
     *
     * @param shots at least one picture of every class
     * @param scale of every label: the model's logit scale
     * @throws IllegalArgumentException otherwise
     */
    public static LinearClassifier classMeans(LabelledFeatures shots, float scale) {
        float[] scales = new float[shots.classes().size()];
        Arrays.fill(scales, scale);
        return LinearClassifier.of(shots.classes(), means(shots), scales, new float[scales.length]);
    }

    private static List<Embedding> means(LabelledFeatures shots) {
        double[][] sums = new double[shots.classes().size()][shots.width()];
        for (int n = 0; n < shots.size(); n++) {
            double[] sum = sums[shots.label(n)];
            float[] row = shots.row(n);
            for (int e = 0; e < sum.length; e++) {
                sum[e] += row[e];
            }
        }
        int[] counts = shots.counts();
        List<Embedding> means = new ArrayList<>();
        for (int k = 0; k < sums.length; k++) {
            if (counts[k] == 0) {
                throw new IllegalArgumentException("expected a picture of every class, found none of '"
                        + shots.classes().get(k) + "'");
            }
            float[] mean = new float[sums[k].length];
            for (int e = 0; e < mean.length; e++) {
                mean[e] = (float) (sums[k][e] / counts[k]);
            }
            means.add(Embedding.of(mean).normalized());
        }
        return means;
    }

    /**
     * A weighted mean of two classifiers' logits, which is a linear classifier again.
     *
     * @param text of the pictures' classes, in their order
     * @param alpha weight of the class means, 0 to 1
     */
    public static LinearClassifier blend(LabelledFeatures shots, LinearClassifier text, double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("expected a weight from 0 to 1, found " + alpha);
        }
        Answers.of(text, shots);
        List<Embedding> means = means(shots);
        float[] scale = text.scale();
        double common = 0;
        for (float s : scale) {
            common += (double) s / scale.length;
        }
        double[][] weights = new double[means.size()][shots.width()];
        double[] bias = new double[means.size()];
        for (int k = 0; k < weights.length; k++) {
            Embedding direction = text.directions().get(k);
            for (int e = 0; e < weights[k].length; e++) {
                weights[k][e] = (1 - alpha) * scale[k] * direction.get(e)
                        + alpha * common * means.get(k).get(e);
            }
            bias[k] = (1 - alpha) * text.bias()[k];
        }
        return LinearClassifier.ofWeights(shots.classes(), weights, bias);
    }

    /**
     * A blend with the weight that names most held-out pictures right, of equal ones the one of least loss: five folds, or as many as the
     * smallest class has pictures. With classes of one picture it is {@link #DEFAULT_ALPHA}.
     *
     * @param text of the pictures' classes, in their order
     * @param seed of the folds
     */
    public static Blend blend(LabelledFeatures shots, LinearClassifier text, long seed) {
        int count = Math.min(MOST_FOLDS, shots.smallestClass());
        if (count < 2) {
            return new Blend(blend(shots, text, DEFAULT_ALPHA), DEFAULT_ALPHA, List.of());
        }
        Folds folds = Folds.stratified(shots, count, seed);
        List<LabelledFeatures> inside = new ArrayList<>();
        List<LabelledFeatures> outside = new ArrayList<>();
        for (int fold = 0; fold < count; fold++) {
            inside.add(shots.select(folds.in(fold)));
            outside.add(shots.select(folds.outside(fold)));
        }
        List<Trial> trials = new ArrayList<>();
        for (double alpha : ALPHAS) {
            double right = 0;
            double loss = 0;
            for (int fold = 0; fold < count; fold++) {
                Answers answers = new Answers(blend(outside.get(fold), text, alpha));
                LabelledFeatures heldOut = inside.get(fold);
                right += answers.accuracy(heldOut) * heldOut.size();
                loss += answers.loss(heldOut) * heldOut.size();
            }
            // a count of pictures, whatever the rounding of the folds' shares
            trials.add(new Trial(alpha, Math.rint(right) / shots.size(), loss / shots.size()));
        }
        Trial best = trials.getFirst();
        for (Trial trial : trials) {
            boolean better = trial.heldOutAccuracy == best.heldOutAccuracy
                    ? trial.heldOutLoss < best.heldOutLoss
                    : trial.heldOutAccuracy > best.heldOutAccuracy;
            best = better ? trial : best;
        }
        return new Blend(blend(shots, text, best.alpha), best.alpha, trials);
    }
}
