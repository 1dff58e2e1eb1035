package org.clipjava.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What became of a load's requests.
 *
 * @param start of the load, on the clock of {@link System#nanoTime}
 * @param all in any order
 */
record Answers(long start, List<Answer> all) {
    static final int OK = 200;
    static final int OVERLOADED = 429;

    /** What a request is noted as that was not answered. */
    static final int NO_ANSWER = 0;

    /**
     * One answer; the times are those of {@link System#nanoTime}.
     *
     * @param due when it was to be asked for, which may be before it was
     * @param status of HTTP, or {@link #NO_ANSWER}
     * @param hasRetryAfter whether it says when to come again
     */
    record Answer(long due, long came, int status, boolean hasRetryAfter) {
        double seconds() {
            return (came - due) / 1e9;
        }
    }

    /** Both, as one load that began with this. */
    Answers with(Answers others) {
        return new Answers(
                start, Stream.concat(all.stream(), others.all.stream()).toList());
    }

    long count(int status) {
        return all.stream().filter(answer -> answer.status == status).count();
    }

    /** How many answers of each status; in words where there was none. */
    Map<String, Long> statuses() {
        Map<String, Long> statuses = new TreeMap<>();
        all.forEach(answer -> statuses.merge(
                answer.status == NO_ANSWER ? "no answer" : String.valueOf(answer.status), 1L, Long::sum));
        return statuses;
    }

    boolean everyRefusalSaysWhenToComeAgain() {
        return all.stream().allMatch(answer -> answer.status != OVERLOADED || answer.hasRetryAfter);
    }

    /** Seconds from due to answered of those that are good, sorted. */
    double[] latencies() {
        return all.stream()
                .filter(answer -> answer.status == OK)
                .mapToDouble(Answer::seconds)
                .sorted()
                .toArray();
    }

    /** When the first good one came, in seconds since the start. */
    OptionalDouble first() {
        return came().findFirst().stream().mapToDouble(Double::doubleValue).findFirst();
    }

    /** When the last one came, good or not, in seconds since the start. */
    double last() {
        return all.stream()
                .max(Comparator.comparingLong(Answer::came))
                .map(this::seconds)
                .orElse(0.0);
    }

    /** Good answers a second, of those that came between these seconds after the start. */
    double rate(double from, double to) {
        return came().filter(seconds -> seconds > from && seconds <= to).count() / (to - from);
    }

    /**
     * The first moment from this one on, in seconds behind it, after which for a window's length good answers came at this rate at least;
     * empty if there is none.
     */
    OptionalDouble atRate(double rate, double from, double window) {
        List<Double> times = came().toList();
        double end = last();
        for (double t = from; t + window <= end; t += 0.1) {
            double begin = t;
            long count = times.stream()
                    .filter(seconds -> seconds > begin && seconds <= begin + window)
                    .count();
            if (count >= rate * window) {
                return OptionalDouble.of(t - from);
            }
        }
        return OptionalDouble.empty();
    }

    /** When the good ones came, sorted. */
    private Stream<Double> came() {
        return all.stream()
                .filter(answer -> answer.status == OK)
                .map(this::seconds)
                .sorted();
    }

    private double seconds(Answer answer) {
        return (answer.came - start) / 1e9;
    }

    /** Of sorted values: the smallest that at least this share does not exceed. */
    static double quantile(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
