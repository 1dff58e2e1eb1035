package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.clipjava.bench.Paired.Interval;
import org.clipjava.bench.Paired.Spread;
import org.junit.jupiter.api.Test;

class PairedTest {
    @Test
    void dividesTheMedians() {
        Paired paired = new Paired(new double[] {2, 1, 100}, new double[] {3, 1, 5});
        assertEquals(1.5, paired.ratio());
    }

    @Test
    void givesNoIntervalForFewRounds() {
        double[] five = {1, 2, 3, 4, 5};
        assertEquals(Optional.empty(), new Paired(five, five).interval());
    }

    @Test
    void givesAnIntervalOfWidthZeroWhereNothingVaries() {
        Paired paired = new Paired(filled(8, 2), filled(8, 3));
        assertEquals(Optional.of(new Interval(1.5, 1.5)), paired.interval());
    }

    @Test
    void keepsRoundsTogetherWhenOneSlowsDownBoth() {
        double[] ours = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        double[] theirs = {1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12, 13.5};
        Interval interval = new Paired(ours, theirs).interval().orElseThrow();
        assertEquals(1.5, interval.low(), 1e-12);
        assertEquals(1.5, interval.high(), 1e-12);
    }

    @Test
    void coversTheTrueRatioAboutAsOftenAsItSays() {
        long seed = 7;
        Random random = new Random(seed);
        int covered = 0;
        for (int trial = 0; trial < 60; trial++) {
            double[] ours = new double[21];
            double[] theirs = new double[21];
            for (int i = 0; i < ours.length; i++) {
                double common = Math.exp(0.1 * random.nextGaussian());
                ours[i] = common * Math.exp(0.03 * random.nextGaussian());
                theirs[i] = 1.25 * common * Math.exp(0.03 * random.nextGaussian());
            }
            Interval interval = new Paired(ours, theirs).interval().orElseThrow();
            if (interval.low() <= 1.25 && 1.25 <= interval.high()) {
                covered++;
            }
        }
        // 57 expected; fewer than 50 of 60 would happen once in 3,000 times at 95 %
        assertTrue(covered >= 50, covered + " of 60, seed " + seed);
    }

    @Test
    void isTheSameIntervalEachTime() {
        double[] ours = new Random(1).doubles(20, 1, 2).toArray();
        double[] theirs = new Random(2).doubles(20, 1, 2).toArray();
        assertEquals(new Paired(ours, theirs).interval(), new Paired(ours, theirs).interval());
    }

    @Test
    void tellsMedianAndQuartiles() {
        assertEquals(new Spread(2, 3, 4), Spread.of(new double[] {5, 1, 4, 2, 3}));
    }

    @Test
    void refusesUnequalRounds() {
        assertThrows(IllegalArgumentException.class, () -> new Paired(new double[2], new double[3]));
    }

    private static double[] filled(int count, double value) {
        double[] values = new double[count];
        java.util.Arrays.fill(values, value);
        return values;
    }
}
