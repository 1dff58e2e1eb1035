package org.clipjava.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Workers;

/** The buffers and workers of one forward pass. Buffers grow to the largest batch seen; their contents are garbage. */
public final class Workspace implements AutoCloseable {
    private final Pool pool;
    private final Workers workers;
    private final Map<Buffer, float[]> buffers = new EnumMap<>(Buffer.class);

    private Workspace(Pool pool) {
        this.pool = pool;
        this.workers = new Workers(pool.threads, pool.executor);
    }

    /** Workspaces for any number of calls at once: as many exist as calls ever ran together. */
    public static final class Pool {
        private final int threads;
        private final Executor executor;
        private final ConcurrentLinkedQueue<Workspace> idle = new ConcurrentLinkedQueue<>();

        /**
         * An empty pool.
         *
         * @param threads that may work on one call, the calling one included
         * @param executor runs all but the caller's share
         */
        public Pool(int threads, Executor executor) {
            this.threads = threads;
            this.executor = executor;
        }

        /** Shares out work that needs no buffers: calls {@code piece} with 0 to {@code pieces - 1}. */
        public void forEach(int pieces, IntConsumer piece) {
            try (Workspace work = take()) {
                work.workers.forEach(pieces, (index, scratch) -> piece.accept(index));
            }
        }

        Workspace take() {
            Workspace workspace = idle.poll();
            return workspace != null ? workspace : new Workspace(this);
        }
    }

    /** Returns it to the pool, and sends its helpers home. */
    @Override
    public void close() {
        workers.close();
        pool.idle.add(this);
    }

    Workers workers() {
        return workers;
    }

    /** Activations of this shape; they hold whatever was last there. */
    Activations get(Buffer buffer, int rows, int columns) {
        int size = Activations.size(rows, columns);
        float[] values =
                buffers.compute(buffer, (key, held) -> held != null && held.length >= size ? held : new float[size]);
        return new Activations(values, rows, columns);
    }

    /** What a layer needs at the same time. */
    enum Buffer {
        /** The residual stream, [M, W]. */
        STATES,
        /** After a LayerNorm, [M, W]; also patches before they are embedded. */
        NORMED,
        /** Queries, keys and values, [M, 3W]; also squares of a stem. */
        QKV,
        /** Values mixed by attention, [M, W]; also patches once they are embedded. */
        MIXED,
        /** Inside the MLP, [M, F]; also states of a stem. */
        HIDDEN,
        /** The residual stream of the rows that are pooled, [B, W]. */
        POOLED,
        /** Queries of the rows that are pooled, [B, W]. */
        QUERIES
    }
}
