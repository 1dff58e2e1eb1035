package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class VectorSwitchTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void runsInOnceAndNotBeforeThereWasEnoughToDo() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch run = new CountDownLatch(1);
        VectorSwitch vectors = new VectorSwitch("clip-jpeg-vectors", 10, () -> {
            runs.incrementAndGet();
            run.countDown();
            return true;
        });
        assertFalse(vectors.isOn(4));
        assertFalse(vectors.isOn(5));
        assertEquals(0, runs.get());
        vectors.isOn(1);
        run.await();
        while (!vectors.isOn()) {
            Thread.onSpinWait();
        }
        assertTrue(vectors.isOn(100));
        assertEquals(1, runs.get());
    }

    @Test
    void staysOffWhereVectorsAreNoGain() throws InterruptedException {
        CountDownLatch run = new CountDownLatch(1);
        VectorSwitch vectors = new VectorSwitch("clip-jpeg-vectors", 1, () -> {
            run.countDown();
            return false;
        });
        vectors.isOn(1);
        run.await();
        assertFalse(vectors.isOn(1));
    }

    @Test
    void waitsUntilVectorsAreQuickerSeveralTimesInARow() {
        AtomicInteger trials = new AtomicInteger();
        assertTrue(VectorSwitch.becomesQuicker(
                () -> {
                    int trial = trials.incrementAndGet();
                    LockSupport.parkNanos(trial < 5 || trial == 8 ? 8 * MILLISECOND : 0);
                },
                () -> LockSupport.parkNanos(3 * MILLISECOND)));
        assertTrue(trials.get() >= 16, trials + " trials");
    }
}
