package org.clipjava.eval.fit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.eval.metrics.Proportion;
import org.clipjava.eval.metrics.Reliability;

/**
 * A classifier that has been given a temperature and thresholds, and how both do on pictures that neither has seen.
 *
 * <p>The pictures are dealt into three parts, each with its share of every label. On the first two the temperature is fitted, on the first
 * the levels and spreads of {@link Thresholds}, on the second its quantile; the third is what all figures here are of. What is
 * written is what was measured: nothing is fitted again afterwards.
 *
 * <p><b>What is promised.</b> With negatives: a picture that is drawn as they are is given a label with a probability of at most the
 * false-accept rate. Without: a picture of something that no label names is, where it is drawn as the pictures are when each is shown to
 * the classifier without its own label. Both are averages over pictures and over the calibration's own draw; about other kinds of
 * pictures nothing is promised. Immutable and thread-safe.
 *
 * @param classifier with the temperature and the thresholds
 * @param temperature fitted on the first two parts
 * @param promised the false-accept rate that was asked for
 * @param falseAccepts of the third part's negatives, or of its pictures without their own labels, those that were given a label
 * @param accepted of the third part's pictures, those that were given a label
 * @param right of the third part's pictures, those that the classifier names right, thresholds aside
 * @param rightOfAccepted of those that were given a label, those that were given theirs
 * @param lossBefore mean −log score of the third part's labels, in nats, without the temperature
 * @param lossAfter the same with it
 * @param calibrationErrorBefore expected calibration error over the third part, 15 bins, without the temperature
 * @param calibrationErrorAfter the same with it
 */
public record Calibration(
        LinearClassifier classifier,
        Temperature temperature,
        double promised,
        Proportion falseAccepts,
        Proportion accepted,
        Proportion right,
        Proportion rightOfAccepted,
        double lossBefore,
        double lossAfter,
        double calibrationErrorBefore,
        double calibrationErrorAfter) {
    private static final int PARTS = 3;

    /** What is taken for no label. */
    private static final int NONE = -1;

    /** Pictures with their cosines, [n][K], and labels, [n]. */
    private record Seen(Answers answers, List<double[]> cosines, List<Integer> labels) {
        static Seen nothing(Answers answers) {
            return new Seen(answers, new ArrayList<>(), new ArrayList<>());
        }

        void add(float[] row, int label) {
            cosines.add(answers.cosines(row));
            labels.add(label);
        }

        void addAll(LabelledFeatures pictures, int... indices) {
            for (int n : indices) {
                add(pictures.row(n), pictures.label(n));
            }
        }

        Thresholds levels(int classes) {
            return Thresholds.levels(
                    cosines.toArray(double[][]::new),
                    labels.stream().mapToInt(Integer::intValue).toArray(),
                    classes);
        }

        /** The best label of each but its own. */
        List<Thresholds.Best> others() {
            return IntStream.range(0, labels.size())
                    .mapToObj(n -> best(cosines.get(n), labels.get(n)))
                    .toList();
        }

        Thresholds.Best best(double[] ofLabels, int without) {
            double[] logits = answers.logits(ofLabels);
            if (without != NONE) {
                logits[without] = Double.NEGATIVE_INFINITY;
            }
            int best = Answers.largest(logits);
            return new Thresholds.Best(best, ofLabels[best]);
        }
    }

    /**
     * Calibrates.
     *
     * @param pictures of the classifier's labels, in their order; none that the classifier was fitted to. Not every label needs one
     * @param negatives pictures of nothing that a label names; empty to go by the pictures of other labels
     * @param falseAccept the rate to promise, above 0 and below 1
     * @param seed of the parts
     * @throws IllegalArgumentException if there are too few pictures for the rate
     */
    public static Calibration of(
            LinearClassifier classifier,
            LabelledFeatures pictures,
            List<Embedding> negatives,
            double falseAccept,
            long seed) {
        if (!(falseAccept > 0 && falseAccept < 1)) {
            throw new IllegalArgumentException(
                    "expected a false-accept rate above 0 and below 1, found " + falseAccept);
        }
        if (pictures.size() < PARTS) {
            throw new IllegalArgumentException(
                    "expected at least " + PARTS + " pictures to calibrate with, found " + pictures.size());
        }
        int classes = pictures.classes().size();
        if (classes == 1 && negatives.isEmpty()) {
            throw new IllegalArgumentException("with one label there is no picture of another; give negatives");
        }
        Answers answers = Answers.of(classifier, pictures);
        Folds parts = Folds.stratified(pictures, PARTS, seed);
        Temperature temperature = Temperature.fit(classifier, pictures.select(parts.outside(2)));

        Seen levels = Seen.nothing(answers);
        Seen quantile = Seen.nothing(answers);
        Seen unseen = Seen.nothing(answers);
        levels.addAll(pictures, parts.in(0));
        if (negatives.isEmpty()) {
            quantile.addAll(pictures, parts.in(1));
            unseen.addAll(pictures, parts.in(2));
        } else {
            levels.addAll(pictures, parts.in(1));
            List<Embedding> shuffled = new ArrayList<>(negatives);
            Collections.shuffle(shuffled, new Random(seed));
            for (int n = 0; n < shuffled.size(); n++) {
                Seen part = n % PARTS == 2 ? unseen : classes == 1 && n % PARTS == 0 ? levels : quantile;
                part.add(shuffled.get(n).normalized().toArray(), NONE);
            }
        }
        LinearClassifier calibrated = classifier
                .withTemperature(temperature.value())
                .withThresholds(levels.levels(classes).cosines(quantile.others(), falseAccept));
        return measured(classifier, calibrated, temperature, falseAccept, unseen, pictures.select(parts.in(2)));
    }

    private static Calibration measured(
            LinearClassifier before,
            LinearClassifier calibrated,
            Temperature temperature,
            double falseAccept,
            Seen others,
            LabelledFeatures pictures) {
        float[] thresholds = calibrated.thresholds().orElseThrow();
        int falseAccepts = 0;
        for (Thresholds.Best best : others.others()) {
            falseAccepts += accepts(thresholds, best) ? 1 : 0;
        }
        Seen known = Seen.nothing(new Answers(calibrated));
        known.addAll(pictures, IntStream.range(0, pictures.size()).toArray());
        int accepted = 0;
        int right = 0;
        int rightOfAccepted = 0;
        for (int n = 0; n < pictures.size(); n++) {
            Thresholds.Best best = known.best(known.cosines.get(n), NONE);
            boolean isRight = best.label() == pictures.label(n);
            right += isRight ? 1 : 0;
            if (accepts(thresholds, best)) {
                accepted++;
                rightOfAccepted += isRight ? 1 : 0;
            }
        }
        return new Calibration(
                calibrated,
                temperature,
                falseAccept,
                new Proportion(falseAccepts, others.labels.size()),
                new Proportion(accepted, pictures.size()),
                new Proportion(right, pictures.size()),
                new Proportion(rightOfAccepted, accepted),
                Answers.of(before, pictures).loss(pictures),
                Answers.of(calibrated, pictures).loss(pictures),
                calibrationError(before, pictures),
                calibrationError(calibrated, pictures));
    }

    private static double calibrationError(LinearClassifier classifier, LabelledFeatures pictures) {
        return Reliability.of(Answers.of(classifier, pictures).predictions(pictures))
                .expectedCalibrationError();
    }

    /** As {@link LinearClassifier#accepted} compares. */
    private static boolean accepts(float[] thresholds, Thresholds.Best best) {
        return (float) best.cosine() > thresholds[best.label()];
    }
}
