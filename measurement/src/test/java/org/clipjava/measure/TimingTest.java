package org.clipjava.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TimingTest {
    @Test
    void timesEachRepetitionAndNoCallBefore() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Sample seconds = new Timing(0, 7).of(() -> {
            if (calls.getAndIncrement() > 0) {
                LockSupport.parkNanos(2_000_000);
            }
            return calls;
        });
        assertEquals(8, calls.get());
        assertEquals(7, seconds.size());
        assertTrue(seconds.median() > 0.001 && seconds.median() < 1, seconds.median() + " s");
    }

    @Test
    void warmsUpForAsLongAsItIsTold() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        long start = System.nanoTime();
        new Timing(0.05, 1).of(calls::incrementAndGet);
        assertTrue(System.nanoTime() - start >= 50_000_000, calls + " calls");
        assertTrue(calls.get() > 100, calls + " calls");
    }

    @Test
    void refusesNoRepetitionAndNegativeTimes() {
        assertThrows(IllegalArgumentException.class, () -> new Timing(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Timing(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Timing(Double.NaN, 1));
    }
}
