package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CompetingLoadTest {
    /** It may get little of a machine that is busy, but it takes what it gets. */
    @Test
    @Timeout(30)
    void usesProcessorsUntilItIsClosed() throws IOException, InterruptedException {
        long before = children();
        try (CompetingLoad load = CompetingLoad.start(2)) {
            assertEquals(before + 1, children());
            do {
                Thread.sleep(200); // many of the system's ticks
            } while (load.processors().orElse(0) < 0.05);
            assertTrue(load.processors().getAsDouble() < 2.5, "two threads: " + load.processors());
        }
        assertEquals(before, children());
    }

    private static long children() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).count();
    }
}
