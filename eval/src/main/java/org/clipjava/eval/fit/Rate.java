package org.clipjava.eval.fit;

import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.IntervalUtils;

/**
 * How many of some pictures, with Wilson's 95 % interval of the share.
 *
 * @param share count / of; NaN of no pictures
 * @param low end of its interval, 0 of no pictures
 * @param high its other end, 1 of no pictures
 */
public record Rate(int count, int of, double share, double low, double high) {
    private static final double CONFIDENCE = 0.95;

    static Rate of(int count, int of) {
        if (of == 0) {
            return new Rate(0, 0, Double.NaN, 0, 1);
        }
        ConfidenceInterval interval = IntervalUtils.getWilsonScoreInterval(of, count, CONFIDENCE);
        return new Rate(
                count,
                of,
                (double) count / of,
                Math.max(0, interval.getLowerBound()),
                Math.min(1, interval.getUpperBound()));
    }
}
