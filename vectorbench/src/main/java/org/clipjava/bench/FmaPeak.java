package org.clipjava.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The most fused multiply-adds that the processor does, measured: independent chains in registers, nothing read or
 * written. 12 chains fit 16 registers, 20 fit 32 and hide a longer latency; the better counts.
 */
final class FmaPeak {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 20_000;
    /** The best of so many windows: a window may meet another program. */
    private static final int WINDOWS = 6;

    private static final long WINDOW_NANOS = 25_000_000;
    private static final double FLOPS_PER_CHAIN_AND_STEP = 2.0 * SPECIES.length();

    private FmaPeak() {}

    static int vectorBits() {
        return SPECIES.vectorBitSize();
    }

    /** FLOP per second, on so many threads at once. Takes a third of a second. */
    static double measure(int threads) {
        CyclicBarrier barrier = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<double[]>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(() -> windows(barrier));
            }
            double[] sums = new double[2 * WINDOWS];
            for (Future<double[]> rates : executor.invokeAll(tasks)) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += rates.get()[i];
                }
            }
            double best = 0;
            for (double sum : sums) {
                best = Math.max(best, sum);
            }
            return best;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the peak", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("measuring the peak failed", e);
        }
    }

    /** One thread's rate in each window; all threads begin each window together. */
    private static double[] windows(CyclicBarrier barrier) throws Exception {
        double[] rates = new double[2 * WINDOWS];
        float sum = 0;
        for (int i = 0; i < rates.length; i++) {
            boolean many = i % 2 == 1;
            barrier.await();
            long start = System.nanoTime();
            long elapsed = 0;
            long rounds = 0;
            while (elapsed < WINDOW_NANOS) {
                sum += many ? twentyChains(sum) : twelveChains(sum);
                rounds++;
                elapsed = System.nanoTime() - start;
            }
            rates[i] = rounds * STEPS * (many ? 20 : 12) * FLOPS_PER_CHAIN_AND_STEP / (elapsed * 1e-9);
        }
        if (Float.isNaN(sum)) { // never, but only because it was computed
            throw new IllegalStateException("the chains diverged");
        }
        return rates;
    }

    private static float twelveChains(float seed) {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector addend = FloatVector.broadcast(SPECIES, 0.25f);
        FloatVector c0 = chain(seed, 0);
        FloatVector c1 = chain(seed, 1);
        FloatVector c2 = chain(seed, 2);
        FloatVector c3 = chain(seed, 3);
        FloatVector c4 = chain(seed, 4);
        FloatVector c5 = chain(seed, 5);
        FloatVector c6 = chain(seed, 6);
        FloatVector c7 = chain(seed, 7);
        FloatVector c8 = chain(seed, 8);
        FloatVector c9 = chain(seed, 9);
        FloatVector c10 = chain(seed, 10);
        FloatVector c11 = chain(seed, 11);
        for (int i = 0; i < STEPS; i++) {
            c0 = c0.fma(factor, addend);
            c1 = c1.fma(factor, addend);
            c2 = c2.fma(factor, addend);
            c3 = c3.fma(factor, addend);
            c4 = c4.fma(factor, addend);
            c5 = c5.fma(factor, addend);
            c6 = c6.fma(factor, addend);
            c7 = c7.fma(factor, addend);
            c8 = c8.fma(factor, addend);
            c9 = c9.fma(factor, addend);
            c10 = c10.fma(factor, addend);
            c11 = c11.fma(factor, addend);
        }
        FloatVector sum = c0;
        sum = sum.add(c1);
        sum = sum.add(c2);
        sum = sum.add(c3);
        sum = sum.add(c4);
        sum = sum.add(c5);
        sum = sum.add(c6);
        sum = sum.add(c7);
        sum = sum.add(c8);
        sum = sum.add(c9);
        sum = sum.add(c10);
        sum = sum.add(c11);
        return sum.reduceLanes(VectorOperators.ADD) * 1e-6f;
    }

    private static float twentyChains(float seed) {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector addend = FloatVector.broadcast(SPECIES, 0.25f);
        FloatVector c0 = chain(seed, 0);
        FloatVector c1 = chain(seed, 1);
        FloatVector c2 = chain(seed, 2);
        FloatVector c3 = chain(seed, 3);
        FloatVector c4 = chain(seed, 4);
        FloatVector c5 = chain(seed, 5);
        FloatVector c6 = chain(seed, 6);
        FloatVector c7 = chain(seed, 7);
        FloatVector c8 = chain(seed, 8);
        FloatVector c9 = chain(seed, 9);
        FloatVector c10 = chain(seed, 10);
        FloatVector c11 = chain(seed, 11);
        FloatVector c12 = chain(seed, 12);
        FloatVector c13 = chain(seed, 13);
        FloatVector c14 = chain(seed, 14);
        FloatVector c15 = chain(seed, 15);
        FloatVector c16 = chain(seed, 16);
        FloatVector c17 = chain(seed, 17);
        FloatVector c18 = chain(seed, 18);
        FloatVector c19 = chain(seed, 19);
        for (int i = 0; i < STEPS; i++) {
            c0 = c0.fma(factor, addend);
            c1 = c1.fma(factor, addend);
            c2 = c2.fma(factor, addend);
            c3 = c3.fma(factor, addend);
            c4 = c4.fma(factor, addend);
            c5 = c5.fma(factor, addend);
            c6 = c6.fma(factor, addend);
            c7 = c7.fma(factor, addend);
            c8 = c8.fma(factor, addend);
            c9 = c9.fma(factor, addend);
            c10 = c10.fma(factor, addend);
            c11 = c11.fma(factor, addend);
            c12 = c12.fma(factor, addend);
            c13 = c13.fma(factor, addend);
            c14 = c14.fma(factor, addend);
            c15 = c15.fma(factor, addend);
            c16 = c16.fma(factor, addend);
            c17 = c17.fma(factor, addend);
            c18 = c18.fma(factor, addend);
            c19 = c19.fma(factor, addend);
        }
        FloatVector sum = c0;
        sum = sum.add(c1);
        sum = sum.add(c2);
        sum = sum.add(c3);
        sum = sum.add(c4);
        sum = sum.add(c5);
        sum = sum.add(c6);
        sum = sum.add(c7);
        sum = sum.add(c8);
        sum = sum.add(c9);
        sum = sum.add(c10);
        sum = sum.add(c11);
        sum = sum.add(c12);
        sum = sum.add(c13);
        sum = sum.add(c14);
        sum = sum.add(c15);
        sum = sum.add(c16);
        sum = sum.add(c17);
        sum = sum.add(c18);
        sum = sum.add(c19);
        return sum.reduceLanes(VectorOperators.ADD) * 1e-6f;
    }

    private static FloatVector chain(float seed, int index) {
        // chains that began alike could be merged into one
        return FloatVector.broadcast(SPECIES, seed * 1e-3f + index);
    }
}
