package org.clipjava.kernel;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that share the work of one call: the calling thread, and up to {@code count - 1} tasks on an executor.
 *
 * <p>The caller works too and takes whatever no one else has begun, so an executor that is busy, saturated or refuses
 * costs speed and never progress. Not thread-safe: one call at a time.
 */
public final class Workers {
    /** How long to spin for the last worker, in rounds, before parking: a hand-over is shorter than a wake-up. */
    private static final int SPINS = 2_000;

    private final int count;
    private final Executor executor;
    private final Scratch[] scratch;

    /** Work that was split into numbered pieces. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does piece {@code index}.
         *
         * @param scratch belongs to this worker until the call returns
         */
        void run(int index, Scratch scratch);
    }

    /**
     * Workers that have started nothing yet.
     *
     * @param count how many threads may work at once, the caller included
     * @param executor runs all but the caller's share
     */
    public Workers(int count, Executor executor) {
        if (count < 1) {
            throw new IllegalArgumentException("expected at least one worker, found " + count);
        }
        this.count = count;
        this.executor = executor;
        this.scratch = new Scratch[count];
        for (int i = 0; i < count; i++) {
            scratch[i] = new Scratch();
        }
    }

    /** The calling thread alone. */
    public static Workers caller() {
        return new Workers(1, Runnable::run);
    }

    public int count() {
        return count;
    }

    /** Scratch of the calling thread, for what is shared by all pieces of a task. */
    public Scratch shared() {
        return scratch[0];
    }

    /** Runs pieces 0 to {@code pieces - 1} and returns when all are done; the first failure of any is thrown here. */
    public void forEach(int pieces, Task task) {
        int helpers = Math.min(count, pieces) - 1;
        if (helpers <= 0) {
            for (int i = 0; i < pieces; i++) {
                task.run(i, scratch[0]);
            }
            return;
        }
        Job job = new Job(pieces, task);
        try {
            for (int i = 0; i < helpers; i++) {
                executor.execute(job);
            }
        } catch (RejectedExecutionException e) {
            // no helper, or fewer than wished for: the caller does their share
            System.getLogger(Workers.class.getName())
                    .log(System.Logger.Level.DEBUG, "executor refused a helper; going on with fewer", e);
        }
        job.work(scratch[0]);
        job.await();
    }

    private final class Job implements Runnable {
        private final int pieces;
        private final Task task;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger helper = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(int pieces, Task task) {
            this.pieces = pieces;
            this.task = task;
        }

        /** A helper's part; one that comes too late finds nothing to do and touches nothing. */
        @Override
        public void run() {
            if (next.get() < pieces) {
                work(scratch[helper.incrementAndGet()]);
            }
        }

        void work(Scratch own) {
            for (int i = next.getAndIncrement(); i < pieces; i = next.getAndIncrement()) {
                try {
                    task.run(i, own);
                } catch (Throwable e) { // whatever it is, it goes to the caller
                    failure.compareAndSet(null, e);
                } finally {
                    if (done.incrementAndGet() == pieces) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        void await() {
            for (int spins = 0; done.get() < pieces; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
