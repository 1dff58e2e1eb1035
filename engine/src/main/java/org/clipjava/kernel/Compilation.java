package org.clipjava.kernel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.clipjava.config.WeightType;

/** How far this JVM is with compiling the vector kernels: for each type of weights on its own. */
public final class Compilation {
    /** No one who waits is kept longer; what is not compiled by then is compiled in use. */
    private static final int MILLISECONDS = 10_000;

    private static final Types BEGUN = new Types();
    private static final Types DONE = new Types();

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

    /** Types of weights, for each stage: a record of both as a key would be slow in a cold JVM. */
    private static final class Types {
        private final Set<WeightType> quick = ConcurrentHashMap.newKeySet();
        private final Set<WeightType> full = ConcurrentHashMap.newKeySet();

        Set<WeightType> of(Stage stage) {
            return stage == Stage.QUICK ? quick : full;
        }
    }

    static boolean isDone(Stage stage, WeightType type) {
        return DONE.of(stage).contains(type);
    }

    /** Whether a thread is at it. */
    static boolean isUnderWay(WeightType type) {
        for (Stage stage : Stage.values()) {
            if (BEGUN.of(stage).contains(type) && !isDone(stage, type)) {
                return true;
            }
        }
        return false;
    }

    /** Has it compiled on a thread of its own, if no one else does. */
    static void begin(Stage stage, WeightType type) {
        if (BEGUN.of(stage).add(type)) {
            Thread.ofPlatform().name("clip-warm-up").daemon().start(() -> run(stage, type, MILLISECONDS));
        }
    }

    /**
     * Returns when it is compiled.
     *
     * @param milliseconds how long at the most
     */
    public static void run(Stage stage, WeightType type, int milliseconds) {
        BEGUN.of(stage).add(type);
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
            DONE.of(stage).add(type);
        }
    }
}
