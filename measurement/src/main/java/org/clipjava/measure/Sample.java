package org.clipjava.measure;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/** Values of one quantity, measured again and again. Immutable. */
public final class Sample {
    private static final double TAIL = 0.025;

    private final double[] sorted;

    private Sample(double[] sorted) {
        this.sorted = sorted;
    }

    /**
     * Takes some values together.
     *
     * @param values at least one, in any order
     * @throws IllegalArgumentException if there are none, or one is not a number
     */
    public static Sample of(double... values) {
        if (values.length == 0 || Arrays.stream(values).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("expected at least one number, found " + Arrays.toString(values));
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Sample(sorted);
    }

    /** Two values of the sample that enclose the true median. */
    public record Interval(double low, double high) {}

    /** How many. */
    public int size() {
        return sorted.length;
    }

    /** The smallest. */
    public double smallest() {
        return sorted[0];
    }

    /** The middle one, or the mean of the middle two. */
    public double median() {
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /**
     * Encloses the median with a probability of at least 95 %, whatever the distribution: the two order statistics that are
     * equally far from the ends (Conover, Practical Nonparametric Statistics, 3.2). Empty with fewer than six values, where
     * even the smallest and the largest enclose it less often.
     */
    public Optional<Interval> interval() {
        int n = sorted.length;
        int outside = outside(n);
        return outside == 0 ? Optional.empty() : Optional.of(new Interval(sorted[outside - 1], sorted[n - outside]));
    }

    /** A sample of what a monotonic function makes of each value. */
    public Sample map(DoubleUnaryOperator function) {
        return of(Arrays.stream(sorted).map(function).toArray());
    }

    /** The largest k with P(X < k) at most 2.5 %, X being how many of n values lie below their median. */
    static int outside(int n) {
        double logProbability = -n * Math.log(2);
        double below = 0;
        int k = 0;
        while (true) {
            below += Math.exp(logProbability);
            if (below > TAIL) {
                return k;
            }
            logProbability += Math.log((double) (n - k) / (k + 1));
            k++;
        }
    }
}
