package org.clipjava.bench;

import java.util.Random;
import java.util.stream.IntStream;

/** When requests come that do not wait for each other's answers: seconds after the beginning, sorted. */
final class Arrivals {
    private static final long SEED = 18;

    private Arrivals() {}

    /** One as far from the next as the other, as of a single sender. */
    static double[] even(double rate, double seconds) {
        return IntStream.range(0, count(rate, seconds))
                .mapToDouble(i -> i / rate)
                .toArray();
    }

    /**
     * Each client asks once in each of its periods, at some moment of it: their requests fall together now and then. The last period is
     * cut off.
     */
    static double[] ofClients(int clients, double rate, double seconds) {
        Random random = new Random(SEED);
        double period = clients / rate;
        return IntStream.range(0, clients * (int) Math.ceil(seconds / period))
                .mapToDouble(i -> (Math.floorDiv(i, clients) + random.nextDouble()) * period)
                .filter(time -> time < seconds)
                .sorted()
                .toArray();
    }

    /** Without any order, as of clients that are many and each seldom asks. */
    static double[] ofStrangers(double rate, double seconds) {
        Random random = new Random(SEED);
        double[] times = new double[count(rate, seconds)];
        double time = 0;
        for (int i = 0; i < times.length; i++) {
            time -= Math.log(1 - random.nextDouble()) / rate;
            times[i] = time;
        }
        return times;
    }

    private static int count(double rate, double seconds) {
        return (int) Math.max(1, Math.round(rate * seconds));
    }
}
