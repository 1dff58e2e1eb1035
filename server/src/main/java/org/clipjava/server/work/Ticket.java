package org.clipjava.server.work;

import java.util.concurrent.CompletableFuture;
import org.clipjava.Embedding;

/**
 * What one who waits for an embedding holds. Thread-safe.
 *
 * @param result the embedding, not normalised; or an {@link org.clipjava.image.ImageFormatException}, or whatever encoding threw
 * @param leave to be called once, when nobody waits for it any more; also if it has come
 */
public record Ticket(CompletableFuture<Embedding> result, Runnable leave) {
    static Ticket of(Job job) {
        return new Ticket(job.result(), job::leave);
    }
}
