package org.clipjava.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.clipjava.config.WeightType;

/** How far this JVM is with compiling the vector kernels: for each type of weights on its own. */
public final class Compilation {
    /** No one who waits is kept longer; what is not compiled by then is compiled in use. */
    private static final int MILLISECONDS = 10_000;

    private static final AtomicInteger BEGUN = new AtomicInteger();
    private static final AtomicInteger DONE = new AtomicInteger();

    /** Two would take the compiler from each other. */
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private Compilation() {}

    /** What is compiled. */
    public enum Stage {
        /** {@link Kernels#quickStart}. */
        QUICK,
        /** {@link Kernels#vector}, after {@link #QUICK}. */
        FULL;

        private int bit(WeightType type) {
            return 1 << (type.ordinal() * values().length + ordinal());
        }
    }

    static boolean isDone(Stage stage, WeightType type) {
        return (DONE.get() & stage.bit(type)) != 0;
    }

    /** Whether a thread is at it. */
    static boolean isUnderWay(WeightType type) {
        int stages = Stage.QUICK.bit(type) | Stage.FULL.bit(type);
        return (BEGUN.get() & ~DONE.get() & stages) != 0;
    }

    /** Has it compiled on a thread of its own, if no one else does. */
    static void begin(Stage stage, WeightType type) {
        if ((BEGUN.getAndUpdate(bits -> bits | stage.bit(type)) & stage.bit(type)) == 0) {
            Thread.ofPlatform().name("clip-warm-up").daemon().start(() -> run(stage, type, MILLISECONDS));
        }
    }

    /**
     * Returns when it is compiled.
     *
     * @param milliseconds how long at the most
     */
    public static void run(Stage stage, WeightType type, int milliseconds) {
        BEGUN.updateAndGet(bits -> bits | stage.bit(type));
        ONE_AT_A_TIME.lock();
        try {
            run(Stage.QUICK, type, Kernels.quickStart(), milliseconds);
            if (stage == Stage.FULL) {
                run(Stage.FULL, type, Kernels.vector(), milliseconds);
            }
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private static void run(Stage stage, WeightType type, Kernels kernels, int milliseconds) {
        if (!isDone(stage, type)) {
            WarmUp.run(kernels, type, milliseconds);
            DONE.updateAndGet(bits -> bits | stage.bit(type));
        }
    }
}
