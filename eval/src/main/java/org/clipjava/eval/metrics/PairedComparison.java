package org.clipjava.eval.metrics;

import java.util.Arrays;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.clipjava.eval.Predictions;

/**
 * Whether one way to classify is better than another on the same pictures. Immutable and thread-safe.
 *
 * @param count pictures
 * @param onlyFirst pictures that only the first got right
 * @param onlySecond pictures that only the second got right
 * @param interval of {@link #difference}, by the paired bootstrap's percentiles
 * @param pValue McNemar's, of no difference
 * @param exact whether {@code pValue} is the binomial's, or that of the chi-squared distribution with continuity correction
 */
public record PairedComparison(
        long count, long onlyFirst, long onlySecond, Interval interval, double pValue, boolean exact) {
    /** Pictures are drawn anew so many times. */
    public static final int RESAMPLES = 10_000;

    /** With fewer discordant pairs the chi-squared distribution is too rough. */
    public static final int FEW_DISCORDANT = 25;

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /**
     * Compares, on the pictures that both have.
     *
     * @param seed of the bootstrap
     */
    public static PairedComparison of(Predictions first, Predictions second, long seed) {
        long count = 0;
        long onlyFirst = 0;
        long onlySecond = 0;
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            if (first.has(i) && second.has(i)) {
                count++;
                onlyFirst += first.right(i) && !second.right(i) ? 1 : 0;
                onlySecond += second.right(i) && !first.right(i) ? 1 : 0;
            }
        }
        return of(count, onlyFirst, onlySecond, seed);
    }

    /** Compares by the numbers that are all that counts. */
    public static PairedComparison of(long count, long onlyFirst, long onlySecond, long seed) {
        long discordant = onlyFirst + onlySecond;
        if (count < 1 || onlyFirst < 0 || onlySecond < 0 || discordant > count || count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "expected up to " + count + " discordant pairs, found " + onlyFirst + " and " + onlySecond);
        }
        boolean exact = discordant < FEW_DISCORDANT;
        return new PairedComparison(
                count,
                onlyFirst,
                onlySecond,
                bootstrap((int) count, (int) onlyFirst, (int) onlySecond, seed),
                exact ? exactP(onlyFirst, onlySecond) : chiSquaredP(onlyFirst, onlySecond),
                exact);
    }

    /** The second's accuracy less the first's. */
    public double difference() {
        return (double) (onlySecond - onlyFirst) / count;
    }

    private static double exactP(long onlyFirst, long onlySecond) {
        int discordant = (int) (onlyFirst + onlySecond);
        if (discordant == 0) {
            return 1;
        }
        BinomialDistribution coin = new BinomialDistribution(discordant, 0.5);
        return Math.min(1, 2 * coin.cumulativeProbability((int) Math.min(onlyFirst, onlySecond)));
    }

    private static double chiSquaredP(long onlyFirst, long onlySecond) {
        double corrected = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
        double statistic = corrected * corrected / (onlyFirst + onlySecond);
        return 1 - new ChiSquaredDistribution(1).cumulativeProbability(statistic);
    }

    /**
     * Draws {@code count} pictures with replacement, again and again. Their order does not matter: the first are taken for those
     * that only the second got right, the next for those that only the first did. The numbers are SplitMix64's, a picture's
     * place the upper half of one, scaled.
     */
    private static Interval bootstrap(int count, int onlyFirst, int onlySecond, long seed) {
        double[] differences = new double[RESAMPLES];
        int discordant = onlyFirst + onlySecond;
        long state = seed;
        for (int resample = 0; resample < RESAMPLES; resample++) {
            int sum = 0;
            for (int i = 0; i < count; i++) {
                state += GOLDEN_GAMMA;
                long picture = ((mix(state) >>> 32) * count) >>> 32;
                if (picture < discordant) {
                    sum += picture < onlySecond ? 1 : -1;
                }
            }
            differences[resample] = (double) sum / count;
        }
        Arrays.sort(differences);
        return new Interval(percentile(differences, 0.025), percentile(differences, 0.975));
    }

    private static long mix(long z) {
        long mixed = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** Between the two nearest, in proportion. */
    private static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        double next = sorted[Math.min(below + 1, sorted.length - 1)];
        return sorted[below] + (place - below) * (next - sorted[below]);
    }
}
