package org.clipjava.server.work;

import java.util.concurrent.CompletableFuture;

/**
 * An input on its way to its result, for all who wait for it. Thread-safe.
 *
 * @param <T> the result
 */
final class Job<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private int waiting = 1;

    CompletableFuture<T> result() {
        return result;
    }

    /** One more waits for it; false if it failed, or is dropped since all had left. */
    synchronized boolean join() {
        if (result.isDone()) {
            return !result.isCompletedExceptionally();
        }
        if (waiting == 0) {
            return false;
        }
        waiting++;
        return true;
    }

    /** One waits for it no more. */
    void leave() {
        boolean alone;
        synchronized (this) {
            waiting--;
            alone = waiting == 0;
        }
        if (alone) {
            result.cancel(false); // of what is done it is no change
        }
    }

    /** Whether it has an end already, most likely because nobody waits for it. */
    boolean isDone() {
        return result.isDone();
    }
}
