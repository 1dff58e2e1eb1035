package org.clipjava.image.codec;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Whether a step that can do with and without vectors does with them.
 *
 * <p>Before its code is compiled, the Vector API is hundreds of times slower than plain Java. So the code is run in, once, on a
 * thread beside, and not before there was as much to do as makes that worth while: whoever classifies one picture does without.
 */
public final class VectorSwitch {
    private static final int TRIALS = 2000;

    /** Trials in which vectors must be quicker, one after the other. */
    private static final int QUICK_TRIALS = 8;

    private static final System.Logger LOGGER = System.getLogger(VectorSwitch.class.getName());

    private final String threadName;
    private final long workBefore;
    private final BooleanSupplier becomesQuicker;
    private final AtomicLong work = new AtomicLong();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean on;

    /**
     * Off until there was so much work.
     *
     * @param threadName of the thread on which vectors are run in
     * @param workBefore in any unit
     * @param becomesQuicker runs in, and says whether vectors have become quicker
     */
    public VectorSwitch(String threadName, long workBefore, BooleanSupplier becomesQuicker) {
        this.threadName = threadName;
        this.workBefore = workBefore;
        this.becomesQuicker = becomesQuicker;
    }

    /** Whether it goes on with vectors from now on. */
    public boolean isOn() {
        return on;
    }

    /**
     * The same, for one who is about to do so much work.
     *
     * @param amount in the unit of {@code workBefore}
     */
    public boolean isOn(long amount) {
        if (!on && !begun.get() && work.addAndGet(amount) >= workBefore && begun.compareAndSet(false, true)) {
            begin();
        }
        return on;
    }

    private void begin() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return;
        }
        try {
            Thread.ofPlatform().daemon().name(threadName).start(() -> on = becomesQuicker.getAsBoolean());
        } catch (OutOfMemoryError e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no thread for " + threadName, e);
        }
    }

    /** Runs both in turn until vectors are quicker, or gives up. */
    public static boolean becomesQuicker(Runnable vectors, Runnable scalars) {
        int quick = 0;
        for (int i = 0; i < TRIALS && quick < QUICK_TRIALS; i++) {
            long withVectors = nanos(vectors);
            long without = nanos(scalars);
            quick = withVectors < without ? quick + 1 : 0;
        }
        return quick == QUICK_TRIALS;
    }

    private static long nanos(Runnable step) {
        long start = System.nanoTime();
        step.run();
        return System.nanoTime() - start;
    }
}
