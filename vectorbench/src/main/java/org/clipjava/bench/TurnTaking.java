package org.clipjava.bench;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.clipjava.bench.CompareOptions.Budget;
import org.clipjava.measure.MachineLoad;

/**
 * Times two programs in turn, who begins alternating, so that whatever slows the machine down meets both.
 *
 * <p>A turn waits until the process rests, makes one call that is not timed (it finds its data in the cache and its
 * threads awake, as in steady use), and times the next ones.
 */
final class TurnTaking {
    /** A turn's timed calls last about so long, that the clock's and the scheduler's grain do not matter. */
    private static final double TURN_SECONDS = 0.2;
    /** A call that is longer needs none before it. */
    private static final double LONG_CALL_SECONDS = 2;

    private static final int MOST_CALLS = 10;
    /** Warm when the median of the last calls is within this of the median of those before them. */
    private static final double STEADY = 0.02;

    private static final int STEADY_CALLS = 5;

    private final Contender ours;
    private final Contender theirs;

    TurnTaking(Contender ours, Contender theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    /** Runs one program alone until its times stand still, but no longer than so; seconds a call at the end. */
    static double warmUp(Contender contender, double seconds) {
        long start = System.nanoTime();
        List<Double> times = new ArrayList<>();
        while (secondsSince(start) < seconds && !steady(times)) {
            times.add(time(contender, 1));
        }
        return times.getLast();
    }

    private static boolean steady(List<Double> times) {
        int n = times.size();
        if (n < 3 * STEADY_CALLS) {
            return false;
        }
        double last = median(times.subList(n - STEADY_CALLS, n));
        double before = median(times.subList(n - 2 * STEADY_CALLS, n - STEADY_CALLS));
        return Math.abs(last / before - 1) < STEADY;
    }

    private static double median(List<Double> values) {
        return StatUtils.percentile(
                values.stream().mapToDouble(Double::doubleValue).toArray(), 50);
    }

    /**
     * Measures.
     *
     * @param estimate seconds a call, roughly
     */
    Paired measure(Budget budget, double estimate) throws InterruptedException {
        int calls = Math.clamp(Math.round(TURN_SECONDS / estimate), 1, MOST_CALLS);
        boolean callBefore = estimate < LONG_CALL_SECONDS;
        List<Double> ourTimes = new ArrayList<>();
        List<Double> theirTimes = new ArrayList<>();
        long start = System.nanoTime();
        for (int round = 0; budget.allowsMore(round, secondsSince(start)); round++) {
            if (round % 2 == 0) {
                ourTimes.add(turn(ours, calls, callBefore));
                theirTimes.add(turn(theirs, calls, callBefore));
            } else {
                theirTimes.add(turn(theirs, calls, callBefore));
                ourTimes.add(turn(ours, calls, callBefore));
            }
        }
        return new Paired(array(ourTimes), array(theirTimes));
    }

    private static double turn(Contender contender, int calls, boolean callBefore) throws InterruptedException {
        MachineLoad.awaitRest();
        if (callBefore) {
            time(contender, 1);
        }
        return time(contender, calls);
    }

    /** Seconds a call, the mean of some. */
    static double time(Contender contender, int calls) {
        long start = System.nanoTime();
        int rows = 0;
        for (int i = 0; i < calls; i++) {
            rows += contender.encode().length;
        }
        double seconds = secondsSince(start);
        if (rows == 0) { // never, but the results are used
            throw new IllegalStateException("no embeddings");
        }
        return seconds / calls;
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
