package org.clipjava.bench;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One workload, measured.
 *
 * @param workload what
 * @param threads of both
 * @param note how the input was given to the peer, and what else one must know
 * @param agreement of the outputs
 * @param accuracy of both, where their numbers are narrow
 * @param times seconds a call
 * @param neededFlops of a call
 * @param peakFlops a second, of so many threads, measured before and after; the higher. Of narrow models a multiply of their numbers counts as
 *     one of floats does
 * @param others processors that other programs kept busy meanwhile, without the load
 * @param load that was beside both, if there was one
 */
record Comparison(
        Workload workload,
        int threads,
        String note,
        Agreement agreement,
        Optional<Accuracy> accuracy,
        Paired times,
        double neededFlops,
        double peakFlops,
        OptionalDouble others,
        Optional<Load> load) {

    /**
     * Another program that was started to be in the way.
     *
     * @param threads that never rested
     * @param processors that it had on average, where the system says so
     */
    record Load(int threads, OptionalDouble processors) {}

    /**
     * A whole run.
     *
     * @param environment where and when
     * @param model name of our model file, and its weight type
     * @param kernels that we ran on
     * @param peer name and version
     */
    record Run(Environment environment, String model, String kernels, String peer, List<Comparison> comparisons) {}

    /** The share of the peak that a call of so many seconds reaches, in percent. */
    double percentOfPeak(double seconds) {
        return 100 * neededFlops / seconds / peakFlops;
    }
}
