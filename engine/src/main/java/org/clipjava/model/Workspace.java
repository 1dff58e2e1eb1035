package org.clipjava.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
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

        Workspace take() {
            Workspace workspace = idle.poll();
            return workspace != null ? workspace : new Workspace(this);
        }
    }

    /** Returns it to the pool. */
    @Override
    public void close() {
        pool.idle.add(this);
    }

    Workers workers() {
        return workers;
    }

    /** A buffer of at least {@code size} floats. */
    float[] get(Buffer buffer, int size) {
        return buffers.compute(buffer, (key, held) -> held != null && held.length >= size ? held : new float[size]);
    }

    /** What a layer needs at the same time. */
    enum Buffer {
        /** The residual stream, [M, W]. */
        STATES,
        /** After a LayerNorm, [M, W]; also patches before they are embedded. */
        NORMED,
        /** Queries, keys and values, [M, 3W]. */
        QKV,
        /** Values mixed by attention, [M, W]. */
        MIXED,
        /** Inside the MLP, [M, F]. */
        HIDDEN
    }
}
