package org.clipjava.bench;

import java.lang.management.ManagementFactory;

/**
 * Measures two calls of one thread in turn. What counts is the thread's processor time, which other programs disturb less than the
 * clock's.
 *
 * @param rounds of one call each
 * @param warmUp seconds before the first
 */
record InTurn(int rounds, double warmUp) {
    /** Something that takes time. */
    interface Call {
        /** What comes out of it, so that it can't be left out. */
        int run();
    }

    Paired measure(Call ours, Call theirs) {
        long end = System.nanoTime() + Math.round(warmUp * 1e9);
        do {
            seconds(ours);
            seconds(theirs);
        } while (System.nanoTime() < end);
        double[] ourTimes = new double[rounds];
        double[] theirTimes = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ourTimes[round] = seconds(ours);
            theirTimes[round] = seconds(theirs);
        }
        return new Paired(ourTimes, theirTimes);
    }

    static double seconds(Call call) {
        double start = processorSeconds();
        int result = call.run();
        double seconds = processorSeconds() - start;
        if (result == 0) { // never, but the results are used
            throw new IllegalStateException("nothing came out");
        }
        return seconds;
    }

    private static double processorSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() * 1e-9;
    }
}
