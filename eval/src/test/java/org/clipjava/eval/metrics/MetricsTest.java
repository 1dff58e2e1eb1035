package org.clipjava.eval.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.clipjava.eval.Predictions;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void computesWilsonsInterval() {
        // Newcombe 1998, table I, method 3
        assertNear(0.2553, new Proportion(81, 263).interval().low());
        assertNear(0.3662, new Proportion(81, 263).interval().high());
        assertNear(0.0624, new Proportion(15, 148).interval().low());
        assertNear(0.1605, new Proportion(15, 148).interval().high());
        assertEquals(0, new Proportion(0, 20).interval().low());
        assertNear(0.1611, new Proportion(0, 20).interval().high());
        assertNear(0.0061, new Proportion(1, 29).interval().low());
        assertNear(0.1718, new Proportion(1, 29).interval().high());
        assertEquals(1, new Proportion(29, 29).interval().high());
        assertEquals(new Interval(0, 1), new Proportion(0, 0).interval());
        assertThrows(IllegalArgumentException.class, () -> new Proportion(2, 1));
    }

    @Test
    void countsWhatIsRight() {
        Predictions predictions = predictions(new int[][] {
            {0, 0, 1, 2, 3, 4}, {0, 1, 0, 2, 3, 4}, {1, 1, 0, 2, 3, 4}, {5, 0, 1, 2, 3, 4}, {5, 4, 3, 2, 1, 5}
        });
        Accuracy accuracy = Accuracy.of(predictions);
        assertEquals(new Proportion(2, 5), accuracy.acc1());
        assertEquals(Optional.of(new Proportion(4, 5)), accuracy.acc5());
        assertEquals((0.5 + 1 + 0) / 3, accuracy.meanPerClassRecall(), 1e-15);
        assertTrue(accuracy.meanPerClassRecallInterval().low() < 0.5
                && accuracy.meanPerClassRecallInterval().high() > 0.5);
        ConfusionMatrix matrix = ConfusionMatrix.of(predictions);
        assertEquals(new Proportion(1, 2), matrix.recall(0));
        assertEquals(new Proportion(1, 2), matrix.precision(0));
        assertEquals(new Proportion(0, 2), matrix.recall(5));
        assertEquals(new Proportion(0, 0), matrix.precision(5));
        assertEquals(
                5, matrix.cells().stream().mapToInt(ConfusionMatrix.Cell::count).sum());
        assertEquals(new ConfusionMatrix.Cell(0, 1, 1), matrix.mostConfused(1).getFirst());
    }

    @Test
    void leavesOutPicturesThatAreNotThere() {
        Predictions predictions = new Predictions(2, 0);
        predictions.set(7, 1, new int[] {1, 0}, 0.9f);
        predictions.set(3, 0, new int[] {1, 0}, 0.7f);
        assertEquals(8, predictions.size());
        assertEquals(2, predictions.count());
        assertFalse(predictions.has(0));
        Accuracy accuracy = Accuracy.of(predictions);
        assertEquals(new Proportion(1, 2), accuracy.acc1());
        assertEquals(Optional.empty(), accuracy.acc5(), "there are only two labels");
        assertEquals(0.5, accuracy.meanPerClassRecall());
    }

    @Test
    void sortsConfidencesIntoBins() {
        Predictions predictions = new Predictions(2, 4);
        predictions.set(0, 0, new int[] {0, 1}, 1f);
        predictions.set(1, 0, new int[] {1, 0}, 0.95f);
        predictions.set(2, 1, new int[] {1, 0}, 0.5f);
        predictions.set(3, 1, new int[] {1, 0}, 0f);
        Reliability reliability = Reliability.of(predictions);
        assertEquals(15, reliability.bins().size());
        assertEquals(new Proportion(1, 2), reliability.bins().getLast().right());
        assertEquals((1 + (double) 0.95f) / 2, reliability.bins().getLast().confidence());
        assertEquals(new Proportion(1, 1), reliability.bins().get(7).right());
        assertEquals(new Proportion(1, 1), reliability.bins().getFirst().right());
        double expected = (2 * Math.abs(0.5 - (1 + (double) 0.95f) / 2) + 0.5 + 1) / 4;
        assertEquals(expected, reliability.expectedCalibrationError(), 1e-15);
    }

    @Test
    void computesMcNemarsP() {
        // R: mcnemar.test(matrix(c(794, 86, 150, 570), 2)) of Agresti 1990, binom.test(2, 10), binom.test(0, 5)
        PairedComparison agresti = PairedComparison.of(1600, 150, 86, 1);
        assertFalse(agresti.exact());
        assertEquals(4.115e-05, agresti.pValue(), 0.0005e-05);
        PairedComparison few = PairedComparison.of(100, 8, 2, 1);
        assertTrue(few.exact());
        assertEquals(0.109375, few.pValue(), 1e-12);
        assertEquals(0.0625, PairedComparison.of(100, 0, 5, 1).pValue(), 1e-12);
        assertEquals(1, PairedComparison.of(100, 3, 3, 1).pValue());
        assertEquals(1, PairedComparison.of(100, 0, 0, 1).pValue());
        assertEquals(1, PairedComparison.of(100, 15, 15, 1).pValue(), 1e-12);
        assertEquals(-0.06, few.difference(), 1e-15);
    }

    @Test
    void bootstrapsAsTheNormalDistributionHasItForManyPictures() {
        // The variance of one picture's difference is (b + c) / n - ((c - b) / n)^2.
        PairedComparison many = PairedComparison.of(4_000, 180, 260, 7);
        double d = many.difference();
        double half = 1.96 * Math.sqrt((440.0 / 4_000 - d * d) / 4_000);
        // of 10,000 resamples, the percentiles' own standard error is some 0.027 of a standard deviation
        assertEquals(d - half, many.interval().low(), 0.1 * half);
        assertEquals(d + half, many.interval().high(), 0.1 * half);
        assertEquals(many, PairedComparison.of(4_000, 180, 260, 7), "same seed");
        assertFalse(
                many.interval().equals(PairedComparison.of(4_000, 180, 260, 8).interval()));
    }

    @Test
    void comparesOnPicturesThatBothHave() {
        Predictions first = predictions(new int[][] {{0, 0, 1, 2, 3, 4}, {0, 1, 0, 2, 3, 4}, {1, 1, 0, 2, 3, 4}});
        Predictions second = predictions(new int[][] {{0, 0, 1, 2, 3, 4}, {0, 0, 1, 2, 3, 4}});
        PairedComparison comparison = PairedComparison.of(first, second, 1);
        assertEquals(List.of(2L, 0L, 1L), List.of(comparison.count(), comparison.onlyFirst(), comparison.onlySecond()));
    }

    @Test
    void growsWithItsPictures() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Predictions predictions = new Predictions(9, 3);
        int[] truths = new int[500];
        for (int i = 499; i >= 0; i--) {
            truths[i] = random.nextInt(9);
            predictions.set(i, truths[i], new int[] {i % 9, 0, 1, 2, 3}, i / 500f);
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(truths[i], predictions.truth(i), "seed " + seed);
            assertEquals(i % 9, predictions.predicted(i));
            assertEquals(i / 500f, predictions.confidence(i));
        }
        assertEquals(500, predictions.count());
    }

    /** Six labels; the truth, and the five best. */
    private static Predictions predictions(int[][] rows) {
        Predictions predictions = new Predictions(6, rows.length);
        for (int i = 0; i < rows.length; i++) {
            int[] row = rows[i];
            predictions.set(i, row[0], java.util.Arrays.copyOfRange(row, 1, 6), 0.5f);
        }
        return predictions;
    }

    /** The table has four digits. */
    private static void assertNear(double expected, double found) {
        assertEquals(expected, found, 0.00005);
    }
}
