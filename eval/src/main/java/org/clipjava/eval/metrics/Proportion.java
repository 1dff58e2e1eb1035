package org.clipjava.eval.metrics;

/**
 * So many of so many. Immutable and thread-safe.
 *
 * @param of at least {@code hits}; 0 if there is nothing to take a proportion of
 */
public record Proportion(long hits, long of) {
    /**
     * A proportion.
     *
     * @throws IllegalArgumentException if there are more hits than there can be
     */
    public Proportion {
        if (hits < 0 || hits > of) {
            throw new IllegalArgumentException("expected 0 to " + of + " hits, found " + hits);
        }
    }

    /** NaN of nothing. */
    public double value() {
        return (double) hits / of;
    }

    /** Wilson's score interval, which keeps its promise for few trials and at 0 and 1 too; 0 to 1 of nothing. */
    public Interval interval() {
        if (of == 0) {
            return new Interval(0, 1);
        }
        double z2 = Interval.Z * Interval.Z;
        double p = value();
        double centre = (p + z2 / (2 * of)) / (1 + z2 / of);
        double half = Interval.Z / (1 + z2 / of) * Math.sqrt(p * (1 - p) / of + z2 / (4.0 * of * of));
        return new Interval(hits == 0 ? 0 : centre - half, hits == of ? 1 : centre + half);
    }
}
