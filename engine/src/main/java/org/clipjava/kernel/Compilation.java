package org.clipjava.kernel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.clipjava.config.WeightType;

/** How far this JVM is with compiling the vector kernels: for each type of weights on its own. */
public final class Compilation {
    /** No one who waits is kept longer; what is not compiled by then is compiled in use. */
    private static final int MILLISECONDS = 10_000;

    private static final Set<Work> BEGUN = ConcurrentHashMap.newKeySet();
    private static final Set<Work> DONE = ConcurrentHashMap.newKeySet();

    /** Two would take the compiler from each other. */
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private Compilation() {}

    /** What is compiled. */
    public enum Stage {
        /** {@link Kernels#quickStart}. */
        QUICK,
        /** {@link Kernels#vector}, after {@link #QUICK}. */
        FULL
    }

    private record Work(Stage stage, WeightType type) {}

    static boolean isDone(Stage stage, WeightType type) {
        return DONE.contains(new Work(stage, type));
    }

    /** Whether a thread is at it. */
    static boolean isUnderWay(WeightType type) {
        for (Stage stage : Stage.values()) {
            Work work = new Work(stage, type);
            if (BEGUN.contains(work) && !DONE.contains(work)) {
                return true;
            }
        }
        return false;
    }

    /** Has it compiled on a thread of its own, if no one else does. */
    static void begin(Stage stage, WeightType type) {
        if (BEGUN.add(new Work(stage, type))) {
            Thread.ofPlatform().name("clip-warm-up").daemon().start(() -> run(stage, type, MILLISECONDS));
        }
    }

    /**
     * Returns when it is compiled.
     *
     * @param milliseconds how long at the most
     */
    public static void run(Stage stage, WeightType type, int milliseconds) {
        BEGUN.add(new Work(stage, type));
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
            DONE.add(new Work(stage, type));
        }
    }
}
