package org.clipjava.measure;

import java.io.IOException;

/**
 * How a call is timed: warmed up, then again and again.
 *
 * @param warmUpSeconds calls that are not counted go on for about so long; one is made in any case
 * @param repetitions calls that are timed, each for itself
 */
public record Timing(double warmUpSeconds, int repetitions) {
    private static final double SECONDS_PER_NANO = 1e-9;

    /**
     * A plan.
     *
     * @throws IllegalArgumentException if seconds are below 0 or there is no repetition
     */
    public Timing {
        if (!(warmUpSeconds >= 0) || repetitions < 1) {
            throw new IllegalArgumentException(
                    "expected seconds from 0 and repetitions from 1, found " + warmUpSeconds + " and " + repetitions);
        }
    }

    /** What is timed. It returns what it computed, so that computing it can't be left out. */
    public interface Call {
        /** What is timed. */
        Object run() throws IOException;
    }

    /** Seconds a call. */
    public Sample of(Call call) throws IOException {
        long start = System.nanoTime();
        do {
            seconds(call);
        } while (secondsSince(start) < warmUpSeconds);
        double[] seconds = new double[repetitions];
        for (int i = 0; i < repetitions; i++) {
            seconds[i] = seconds(call);
        }
        return Sample.of(seconds);
    }

    private static double seconds(Call call) throws IOException {
        long start = System.nanoTime();
        Object result = call.run();
        double seconds = secondsSince(start);
        if (result == null) {
            throw new IllegalStateException("expected a result of what is timed");
        }
        return seconds;
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) * SECONDS_PER_NANO;
    }
}
