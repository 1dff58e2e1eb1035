package org.clipjava.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.clipjava.measure.Sample.Interval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleTest {
    @Test
    void tellsTheMedianOfOddAndEvenNumbersOfValues() {
        assertEquals(2, Sample.of(3, 1, 2).median());
        assertEquals(2.5, Sample.of(4, 3, 1, 2).median());
        assertEquals(7, Sample.of(7).median());
    }

    @Test
    void givesNoIntervalForFiveValuesAndTheWholeRangeForSix() {
        assertEquals(Optional.empty(), Sample.of(1, 2, 3, 4, 5).interval());
        assertEquals(
                Optional.of(new Interval(1, 6)), Sample.of(3, 1, 2, 6, 5, 4).interval());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 7, 8, 9, 13, 30, 101, 207, 5000})
    void leavesOutAsManyValuesAsTheBinomialDistributionAllows(int n) {
        BinomialDistribution below = new BinomialDistribution(n, 0.5);
        int outside = Sample.outside(n);
        assertTrue(below.cumulativeProbability(outside - 1) <= 0.025, () -> n + ": " + outside);
        assertTrue(below.cumulativeProbability(outside) > 0.025, () -> n + ": " + outside);
    }

    @Test
    void enclosesTheTrueMedianAboutAsOftenAsItSays() {
        long seed = 3;
        Random random = new Random(seed);
        int enclosed = 0;
        for (int i = 0; i < 400; i++) {
            double[] values = random.doubles(15).map(x -> -Math.log(x)).toArray(); // of an exponential distribution
            Interval interval = Sample.of(values).interval().orElseThrow();
            if (interval.low() <= Math.log(2) && Math.log(2) <= interval.high()) {
                enclosed++;
            }
        }
        // 15 values enclose it with 96.5 %: 386 expected, and fewer than 370 once in 10,000 times.
        assertTrue(enclosed >= 370, enclosed + " of 400, seed " + seed);
    }

    @Test
    void convertsUnits() {
        assertEquals(2000, Sample.of(1, 2, 3).map(seconds -> 1000 * seconds).median());
    }

    @Test
    void refusesNothingAndNaN() {
        assertThrows(IllegalArgumentException.class, Sample::of);
        assertThrows(IllegalArgumentException.class, () -> Sample.of(1, Double.NaN));
    }
}
