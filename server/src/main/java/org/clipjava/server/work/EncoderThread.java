package org.clipjava.server.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Encodes, one batch at a time: what waits when it is free. Lanes take turns, so that texts are not kept by pictures, nor one model by
 * another. Each batch has all of the machine, for a model's encoder shares it out among its own threads.
 */
final class EncoderThread implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(EncoderThread.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Lane<?, ?>> lanes = new ArrayList<>();
    private final Thread thread;
    private int turn;
    private boolean closed;

    EncoderThread() {
        this.thread = Thread.ofPlatform().name("clip-server-encoder").daemon().start(this::run);
    }

    void add(Lane<?, ?> lane) {
        lock.lock();
        try {
            lanes.add(lane);
        } finally {
            lock.unlock();
        }
    }

    <I, T> void put(Lane<I, T> lane, Job<T> job, I input) {
        lock.lock();
        try {
            if (closed) {
                job.result().completeExceptionally(closedException());
                return;
            }
            lane.add(job, input);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the server has been stopped");
    }

    private void run() {
        for (Optional<Runnable> batch = await(); batch.isPresent(); batch = await()) {
            try {
                batch.get().run();
            } catch (RuntimeException e) {
                LOGGER.log(System.Logger.Level.ERROR, "a batch failed", e); // whoever waits for one of it goes on to
            }
        }
    }

    /** The next batch; empty at the end. */
    private Optional<Runnable> await() {
        lock.lock();
        try {
            while (!closed) {
                for (int i = 0; i < lanes.size(); i++) {
                    Lane<?, ?> lane = lanes.get((turn + i) % lanes.size());
                    if (!lane.isEmpty()) {
                        turn = (turn + i + 1) % lanes.size();
                        return Optional.of(lane.next());
                    }
                }
                changed.awaitUninterruptibly();
            }
            lanes.forEach(lane -> lane.fail(closedException()));
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the batch that is being encoded. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
