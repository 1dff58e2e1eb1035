package org.clipjava.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.clipjava.config.WeightType;
import org.clipjava.machinecode.MultiplyPeak;

/** As {@link FmaPeak}, of the machine code's multiplies of narrow numbers: a multiply and an addition count as two. */
final class MultiplyPeaks {
    private static final double SECONDS = 0.4;

    private MultiplyPeaks() {}

    /** Operations a second that so many threads do together. */
    static double measure(WeightType numbers, int threads) {
        CyclicBarrier barrier = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Double>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(() -> {
                    try (MultiplyPeak peak = new MultiplyPeak(numbers)) {
                        barrier.await();
                        return 2 * peak.measure(SECONDS);
                    }
                });
            }
            double sum = 0;
            for (Future<Double> rate : executor.invokeAll(tasks)) {
                sum += rate.get();
            }
            return sum;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the peak", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("measuring the peak failed", e);
        }
    }
}
