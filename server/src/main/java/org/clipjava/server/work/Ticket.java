package org.clipjava.server.work;

import java.util.concurrent.CompletableFuture;

/**
 * What one who waits for a result holds. Thread-safe.
 *
 * @param <T> an embedding, not normalised, or what else was asked for
 * @param result that; or an {@link org.clipjava.image.ImageFormatException}, or whatever encoding threw
 * @param leave to be called once, when nobody waits for it any more; also if it has come
 */
public record Ticket<T>(CompletableFuture<T> result, Runnable leave) {
    static <T> Ticket<T> of(Job<T> job) {
        return new Ticket<>(job.result(), job::leave);
    }
}
