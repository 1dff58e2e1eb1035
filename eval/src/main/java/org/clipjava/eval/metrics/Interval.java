package org.clipjava.eval.metrics;

/** The limits that hold the true value with 95 %. Immutable and thread-safe. */
public record Interval(double low, double high) {
    /** The normal distribution's 97.5th percentile. */
    static final double Z = 1.959963984540054;
}
