package org.clipjava.server.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.clipjava.server.metrics.Metrics;

/**
 * The inputs of one kind that wait for one model, in their order.
 *
 * @param <I> what its encoder takes
 * @param <T> what it gives for it
 */
final class Lane<I, T> {
    private final String model;
    private final String kind;
    private final int largestBatch;
    private final Function<List<I>, List<T>> encoder;
    private final Metrics metrics;
    private final Deque<Waiting<I, T>> queue = new ArrayDeque<>();
    private volatile long lastSuccess = System.nanoTime() - Duration.ofDays(1).toNanos();

    private record Waiting<I, T>(Job<T> job, I input, long since) {}

    Lane(String model, String kind, int largestBatch, Function<List<I>, List<T>> encoder, Metrics metrics) {
        this.model = model;
        this.kind = kind;
        this.largestBatch = largestBatch;
        this.encoder = encoder;
        this.metrics = metrics;
    }

    String kind() {
        return kind;
    }

    /** How long ago it last encoded something. */
    Duration sinceSuccess() {
        return Duration.ofNanos(System.nanoTime() - lastSuccess);
    }

    /** Under the lock of the {@link EncoderThread}. */
    void add(Job<T> job, I input) {
        queue.addLast(new Waiting<>(job, input, System.nanoTime()));
    }

    /** Under the lock of the {@link EncoderThread}. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** What is to be encoded next, if anything; taken under the lock of the {@link EncoderThread}, run without it. */
    Runnable next() {
        List<Waiting<I, T>> batch = new ArrayList<>();
        while (batch.size() < largestBatch && !queue.isEmpty()) {
            Waiting<I, T> first = queue.removeFirst();
            if (first.job.isDone()) {
                metrics.inputDropped();
            } else {
                batch.add(first);
            }
        }
        return () -> encode(batch);
    }

    private void encode(List<Waiting<I, T>> batch) {
        if (batch.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        batch.forEach(one -> metrics.waited(model, kind, Duration.ofNanos(start - one.since)));
        List<T> results;
        try {
            results = encoder.apply(batch.stream().map(Waiting::input).toList());
        } catch (RuntimeException | Error e) {
            if (batch.size() == 1) {
                batch.getFirst().job.result().completeExceptionally(e);
            } else {
                batch.forEach(one -> encode(List.of(one))); // one of them shall not be the end of all
            }
            return;
        }
        lastSuccess = System.nanoTime();
        metrics.encoded(model, kind, batch.size(), Duration.ofNanos(lastSuccess - start));
        for (int i = 0; i < results.size(); i++) {
            batch.get(i).job.result().complete(results.get(i));
        }
    }

    /** What waits will not be encoded. */
    void fail(RuntimeException e) {
        queue.forEach(one -> one.job.result().completeExceptionally(e));
        queue.clear();
    }
}
