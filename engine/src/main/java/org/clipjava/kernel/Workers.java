package org.clipjava.kernel;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that share the work of one call: the calling thread, and up to {@code count - 1} helpers on an executor.
 *
 * <p>The caller works too and takes whatever no one else has begun, so an executor that is busy, saturated or refuses
 * costs speed and never progress. Helpers are asked for once, by the first {@link #forEach}, and stay until {@link #close}:
 * between two steps they spin, since the next comes within microseconds, and park if it does not. After {@link #close} it
 * may be used again. Not thread-safe: one call at a time.
 */
public final class Workers implements AutoCloseable {
    /** Rounds of waiting before a thread parks, some tens of microseconds: a hand-over is shorter than a wake-up. */
    private static final int SPINS = 2_000;

    /** How long a helper waits for its first work while the caller is still asking for more helpers. */
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private final int count;
    private final Executor executor;
    private final Scratch[] scratch;
    private final QuantizedRows quantized = new QuantizedRows();
    private final Bf16Rows rounded = new Bf16Rows();
    private Optional<Session> session = Optional.empty();
    private Optional<Workers> alone = Optional.empty();

    /** Whether the executor was found to return only when what it runs has ended: a helper would never get work from who waits for it. */
    private volatile boolean executorWaits;

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

    /** The calling thread alone, with scratch that is kept for it. */
    Workers alone() {
        if (alone.isEmpty()) {
            alone = Optional.of(caller());
        }
        return alone.get();
    }

    /** What all pieces of a multiply in integers read. */
    QuantizedRows quantized() {
        return quantized;
    }

    /** What all pieces of a multiply in bf16 read. */
    Bf16Rows rounded() {
        return rounded;
    }

    /** Runs pieces 0 to {@code pieces - 1} and returns when all are done; the first failure of any is thrown here. */
    public void forEach(int pieces, Task task) {
        if (count == 1 || pieces <= 1) {
            for (int i = 0; i < pieces; i++) {
                task.run(i, scratch[0]);
            }
            return;
        }
        if (session.isEmpty()) {
            // Held before it has helpers, so that close() sends home whoever came, whatever goes wrong here.
            session = Optional.of(new Session());
            session.get().start();
        }
        Job job = new Job(pieces, task);
        session.get().publish(job);
        job.work(scratch[0]);
        job.await();
    }

    /** Sends the helpers home. */
    @Override
    public void close() {
        session.ifPresent(Session::end);
        session = Optional.empty();
    }

    /** The helpers of one call. One that comes late, when all is over, finds that out before it touches anything. */
    private final class Session implements Runnable {
        private final AtomicInteger helpers = new AtomicInteger();
        private final Queue<Thread> parked = new ConcurrentLinkedQueue<>();
        private final Thread caller = Thread.currentThread();
        private volatile Job current = Job.NOTHING;
        private volatile boolean asking;
        private volatile boolean ended;

        void start() {
            asking = true;
            try {
                for (int i = 1; i < count && !executorWaits; i++) {
                    executor.execute(this);
                }
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // No helper, or fewer than wished for: the caller does their share. The error is a thread that the
                // system does not grant.
                System.getLogger(Workers.class.getName())
                        .log(System.Logger.Level.DEBUG, "executor refused a helper; going on with fewer", e);
            } finally {
                asking = false;
            }
        }

        void publish(Job job) {
            current = job;
            parked.forEach(LockSupport::unpark);
        }

        void end() {
            ended = true;
            parked.forEach(LockSupport::unpark);
        }

        @Override
        public void run() {
            if (Thread.currentThread() == caller) {
                return; // an executor that runs things at once, or when it is full: who waits for work can't give it
                // out
            }
            Scratch own = scratch[helpers.incrementAndGet()];
            long begun = System.nanoTime();
            Job last = Job.NOTHING;
            int spins = 0;
            while (!ended) {
                Job job = current;
                if (job != last) {
                    job.work(own);
                    last = job;
                    spins = 0;
                } else if (spins < SPINS) {
                    spins++;
                    Thread.onSpinWait();
                } else {
                    parked.add(Thread.currentThread());
                    if (current == last
                            && !ended) { // else the one who came with it may have looked before we were there
                        LockSupport.parkNanos(this, PATIENCE_NANOS);
                    }
                    parked.remove(Thread.currentThread());
                    if (asking && System.nanoTime() - begun >= PATIENCE_NANOS) {
                        executorWaits = true;
                        return;
                    }
                }
            }
        }
    }

    private static final class Job {
        static final Job NOTHING = new Job(0, (index, scratch) -> {});

        private final int pieces;
        private final Task task;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Job(int pieces, Task task) {
            this.pieces = pieces;
            this.task = task;
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
