package org.clipjava.eval.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void findsTheTemperatureThatLogitsWereMultipliedWith() {
        Random random = new Random(2);
        Clusters clusters = Clusters.of(5, 10, 1, random);
        LabelledFeatures features = clusters.drawEach(200, random);
        LinearClassifier classifier = clusters.ideal(5, 20);

        Temperature once = Temperature.fit(classifier, features);
        Temperature sharpened = Temperature.fit(classifier.withTemperature(1 / 7.0), features);

        assertEquals(7 * once.value(), sharpened.value(), 1e-4 * sharpened.value(), "one minimum, wherever it starts");
        assertEquals(once.lossAfter(), sharpened.lossAfter(), 1e-6);
        assertTrue(sharpened.lossAfter() < sharpened.lossBefore());
        for (double other : new double[] {0.98, 1.02}) {
            LinearClassifier beside = classifier.withTemperature(once.value() * other);
            assertTrue(Answers.of(beside, features).loss(features) > once.lossAfter(), "it is a minimum");
        }
    }

    @Test
    void calibratedScoresAreSharesOfRightAnswers() {
        Random random = new Random(3);
        Clusters clusters = Clusters.of(4, 10, 1.5, random);
        LabelledFeatures features = clusters.drawEach(600, random);

        Calibration calibration = Calibration.of(clusters.ideal(4, 400), features, List.of(), 0.1, 5L);

        assertTrue(calibration.temperature().value() > 1, "it was too sure of itself");
        assertTrue(calibration.lossAfter() < calibration.lossBefore());
        assertTrue(
                calibration.calibrationErrorAfter() < calibration.calibrationErrorBefore() / 3,
                calibration.calibrationErrorBefore() + " to " + calibration.calibrationErrorAfter());
    }

    @Test
    void theThresholdIsTheConformalRank() {
        // level 0 and spread 1 of the one label, so that z is the cosine
        Thresholds thresholds =
                Thresholds.levels(new double[][] {{Math.sqrt(0.5)}, {-Math.sqrt(0.5)}}, new int[] {-1, -1}, 1);
        List<Thresholds.Best> others = new ArrayList<>();
        for (int n = 1; n <= 19; n++) {
            others.add(new Thresholds.Best(0, n / 100.0));
        }

        assertArrayEquals(new float[] {Math.nextUp(0.19f)}, thresholds.cosines(others, 0.05), "rank 0.95 · 20 of 19");
        assertArrayEquals(new float[] {Math.nextUp(0.1f)}, thresholds.cosines(others, 0.5), "rank 0.5 · 20");
        assertEquals(19, Thresholds.needed(0.05));
        assertEquals(99, Thresholds.needed(0.01));
        assertEquals(1, Thresholds.needed(0.5));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> thresholds.cosines(others.subList(0, 18), 0.05))
                .getMessage();
        assertTrue(message.startsWith("a false-accept rate of 0.05 needs at least 19 pictures"), message);
    }

    /**
     * The promise is an average over the draw of the calibration. Over 300 draws with 20 to 60 further pictures each, the share of those that
     * are accepted has a mean of at most the rate; conformal prediction has it at least at rate - 1 / (n + 1).
     */
    @Test
    void keepsItsPromiseOnAverage() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (double rate : new double[] {0.05, 0.2}) {
            List<Double> shares = new ArrayList<>();
            int quantilePictures = 40; // two thirds of the 60 negatives
            for (int draw = 0; draw < 300; draw++) {
                Clusters clusters = Clusters.of(7, 12, 1.2, random);
                LabelledFeatures known = clusters.draw(new int[] {12, 12, 12, 12, 0, 0, 0}, random);
                LabelledFeatures ofFour = LabelledFeatures.of(
                        embeddings(known), labels(known), known.classes().subList(0, 4));
                List<Embedding> negatives = new ArrayList<>();
                for (int n = 0; n < 60; n++) {
                    negatives.add(clusters.draw(4 + random.nextInt(3), random));
                }

                Calibration calibration =
                        Calibration.of(clusters.ideal(4, 100), ofFour, negatives, rate, random.nextLong());

                LinearClassifier classifier = calibration.classifier();
                int accepted = 0;
                for (int n = 0; n < 50; n++) {
                    Embedding other = clusters.draw(4 + random.nextInt(3), random);
                    accepted += classifier.accepted(classifier.classify(other)).isPresent() ? 1 : 0;
                }
                shares.add(accepted / 50.0);
                assertEquals(20, calibration.falseAccepts().of());
            }
            double mean = shares.stream().mapToDouble(d -> d).average().orElseThrow();
            double variance = shares.stream()
                    .mapToDouble(d -> (d - mean) * (d - mean))
                    .average()
                    .orElseThrow();
            double fiveErrors = 5 * Math.sqrt(variance / shares.size());
            assertTrue(mean <= rate + fiveErrors, "promised " + rate + ", found " + mean + ", seed " + seed);
            assertTrue(
                    mean >= rate - 1.0 / (quantilePictures + 1) - fiveErrors,
                    "no stricter than needed: " + rate + ", found " + mean + ", seed " + seed);
        }
    }

    @Test
    void measuresOnPicturesThatNothingWasFittedTo() {
        Random random = new Random(12);
        Clusters clusters = Clusters.of(5, 16, 0.8, random);
        LabelledFeatures features = clusters.drawEach(60, random);

        Calibration calibration = Calibration.of(clusters.ideal(5, 100), features, List.of(), 0.05, 1L);

        assertEquals(100, calibration.falseAccepts().of());
        assertEquals(100, calibration.right().of());
        assertEquals(
                calibration.accepted().hits(), calibration.rightOfAccepted().of());
        assertTrue(calibration.falseAccepts().interval().low() <= 0.05, calibration.toString());
        assertTrue(
                calibration.accepted().value()
                        > calibration.falseAccepts().interval().high(),
                "what has a label is accepted more often: " + calibration);
        assertEquals(0.05, calibration.promised());
    }

    @Test
    void theSeedDecidesTheParts() {
        Random random = new Random(12);
        Clusters clusters = Clusters.of(5, 16, 0.8, random);
        LabelledFeatures features = clusters.drawEach(15, random);
        LinearClassifier text = clusters.ideal(5, 100);

        Calibration one = Calibration.of(text, features, List.of(), 0.1, 1L);
        Calibration again = Calibration.of(text, features, List.of(), 0.1, 1L);

        assertArrayEquals(
                one.classifier().thresholds().orElseThrow(),
                again.classifier().thresholds().orElseThrow());
        assertEquals(one.temperature(), again.temperature());
    }

    @Test
    void oneLabelNeedsNegatives() {
        Random random = new Random(12);
        Clusters clusters = Clusters.of(2, 16, 0.3, random);
        LabelledFeatures both = clusters.draw(new int[] {20, 0}, random);
        LabelledFeatures one = LabelledFeatures.of(embeddings(both), labels(both), List.of("class 0"));
        List<Embedding> negatives = new ArrayList<>();
        for (int n = 0; n < 90; n++) {
            negatives.add(clusters.draw(1, random));
        }

        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Calibration.of(clusters.ideal(1, 100), one, List.of(), 0.1, 1L))
                .getMessage();
        Calibration calibration = Calibration.of(clusters.ideal(1, 100), one, negatives, 0.1, 1L);

        assertTrue(message.contains("give negatives"), message);
        assertEquals(1, calibration.accepted().value(), "they lie far apart");
        assertTrue(calibration.falseAccepts().value() < 0.3, calibration.toString());
    }

    @Test
    void refusesRatesThatCannotBePromised() {
        Random random = new Random(12);
        Clusters clusters = Clusters.of(3, 16, 0.8, random);
        LabelledFeatures few = clusters.drawEach(5, random);
        LinearClassifier text = clusters.ideal(3, 100);

        for (double rate : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> Calibration.of(text, few, List.of(), rate, 1L));
        }
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Calibration.of(text, few, List.of(), 0.05, 1L))
                .getMessage();
        assertEquals(
                "a false-accept rate of 0.05 needs at least 19 pictures of something else to be set with, found 5; "
                        + "give more pictures, or a higher rate",
                message);
    }

    private static List<Embedding> embeddings(LabelledFeatures features) {
        List<Embedding> embeddings = new ArrayList<>();
        for (int n = 0; n < features.size(); n++) {
            embeddings.add(features.embedding(n));
        }
        return embeddings;
    }

    private static int[] labels(LabelledFeatures features) {
        int[] labels = new int[features.size()];
        for (int n = 0; n < labels.length; n++) {
            labels[n] = features.label(n);
        }
        return labels;
    }
}
