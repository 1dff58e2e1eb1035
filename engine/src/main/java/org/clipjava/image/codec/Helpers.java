package org.clipjava.image.codec;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Threads that take over parts of the work of decoding one picture, if they are idle. Who waits for a part may do what no helper has
 * begun ({@link #runOne}); so helpers that never come cost speed and never progress. Thread-safe; but two pictures decoded at a time need
 * one each, lest one's thread does the other's parts.
 */
public final class Helpers implements Executor {
    /** None: what is given is done at once, by who gives it. For any number of pictures. */
    public static final Helpers NONE = new Helpers(Runnable::run, false);

    private static final System.Logger LOGGER = System.getLogger(Helpers.class.getName());

    private final Executor executor;
    private final boolean some;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private Helpers(Executor executor, boolean some) {
        this.executor = executor;
        this.some = some;
    }

    /** Those of an executor; {@link #NONE} if it runs things on the caller's thread or takes nothing. */
    public static Helpers of(Executor executor) {
        Thread caller = Thread.currentThread();
        AtomicBoolean ownThread = new AtomicBoolean();
        try {
            executor.execute(() -> {
                if (Thread.currentThread() == caller) {
                    ownThread.set(true);
                }
            });
        } catch (RejectedExecutionException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no helper to decode with", e);
            return NONE;
        }
        return ownThread.get() ? NONE : new Helpers(executor, true);
    }

    /** Whether there may be any. */
    public boolean areThere() {
        return some;
    }

    /** Has a task done by a helper, or by who calls {@link #runOne} before one comes. It must not throw. */
    @Override
    public void execute(Runnable task) {
        if (!some) {
            task.run();
            return;
        }
        tasks.add(task);
        try {
            executor.execute(this::runOne);
        } catch (RejectedExecutionException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no helper to decode with any more", e);
        }
    }

    /** Does the oldest task that nobody has begun, if there is one. */
    public boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }
}
