package org.clipjava.eval.fit;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How much more often one classifier is right than another on the same pictures, with the 95 % interval of Bonett and Price (2012): Wald's
 * for paired proportions with one more picture on either side, which holds its level with few pictures too.
 *
 * @param pictures N
 * @param onlyFirst pictures that the first alone named right
 * @param onlySecond pictures that the second alone named right
 * @param difference (onlyFirst − onlySecond) / N
 * @param low end of its interval
 * @param high its other end
 */
public record PairedDifference(
        int pictures, int onlyFirst, int onlySecond, double difference, double low, double high) {
    private static final double CONFIDENCE = 0.95;

    /**
     * Compares.
     *
     * @param first which pictures the first named right, [N], at least one
     * @param second likewise, of the same pictures
     */
    public static PairedDifference of(boolean[] first, boolean[] second) {
        if (first.length == 0 || first.length != second.length) {
            throw new IllegalArgumentException(
                    "expected answers to the same pictures, found " + first.length + " and " + second.length);
        }
        int onlyFirst = 0;
        int onlySecond = 0;
        for (int n = 0; n < first.length; n++) {
            onlyFirst += first[n] && !second[n] ? 1 : 0;
            onlySecond += second[n] && !first[n] ? 1 : 0;
        }
        double count = first.length + 2.0;
        double p = (onlyFirst + 1) / count;
        double q = (onlySecond + 1) / count;
        double half = new NormalDistribution().inverseCumulativeProbability((1 + CONFIDENCE) / 2)
                * Math.sqrt((p + q - (p - q) * (p - q)) / count);
        return new PairedDifference(
                first.length,
                onlyFirst,
                onlySecond,
                (double) (onlyFirst - onlySecond) / first.length,
                Math.max(-1, p - q - half),
                Math.min(1, p - q + half));
    }
}
