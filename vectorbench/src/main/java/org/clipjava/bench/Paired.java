package org.clipjava.bench;

import java.util.Optional;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Times of two programs that ran in turn.
 *
 * @param ours seconds a call, one value a round
 * @param theirs seconds a call, of the same rounds
 */
record Paired(double[] ours, double[] theirs) {
    /** With fewer rounds no interval of the values seen covers a median with 95 %; 6 give 97 %, 5 only 94 %. */
    static final int FEWEST_FOR_INTERVAL = 6;

    private static final int RESAMPLES = 10_000;
    private static final long SEED = 20261124;

    Paired {
        if (ours.length == 0 || ours.length != theirs.length) {
            throw new IllegalArgumentException(
                    "expected as many rounds of both, found " + ours.length + " and " + theirs.length);
        }
    }

    /** A confidence interval. */
    record Interval(double low, double high) {}

    /** Median and quartiles. */
    record Spread(double low, double median, double high) {
        static Spread of(double[] values) {
            Percentile percentile = percentile(values);
            return new Spread(percentile.evaluate(25), percentile.evaluate(50), percentile.evaluate(75));
        }
    }

    int rounds() {
        return ours.length;
    }

    /** Their median by ours: how many times as fast we are. */
    double ratio() {
        return percentile(theirs).evaluate(50) / percentile(ours).evaluate(50);
    }

    /**
     * The 95 % confidence interval of {@link #ratio}: the bootstrap's percentiles (Efron, 1979), resampling whole rounds
     * so that what slowed down both stays paired. Empty where the rounds are too few to tell.
     */
    Optional<Interval> interval() {
        if (rounds() < FEWEST_FOR_INTERVAL) {
            return Optional.empty();
        }
        RandomGenerator random = new Well19937c(SEED);
        double[] ratios = new double[RESAMPLES];
        double[] ourSample = new double[rounds()];
        double[] theirSample = new double[rounds()];
        for (int i = 0; i < RESAMPLES; i++) {
            for (int j = 0; j < rounds(); j++) {
                int round = random.nextInt(rounds());
                ourSample[j] = ours[round];
                theirSample[j] = theirs[round];
            }
            ratios[i] = new Paired(ourSample, theirSample).ratio();
        }
        Percentile percentile = percentile(ratios);
        return Optional.of(new Interval(percentile.evaluate(2.5), percentile.evaluate(97.5)));
    }

    private static Percentile percentile(double[] values) {
        // linear between order statistics, as R and NumPy do by default
        Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
        percentile.setData(values);
        return percentile;
    }
}
