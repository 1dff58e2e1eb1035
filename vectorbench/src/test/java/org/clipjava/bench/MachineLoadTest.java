package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachineLoadTest {
    @Test
    void countsAllButIdleAndDisksAndWhatGuestsAreCountedTwiceFor() {
        assertEquals(1 + 2 + 4 + 64 + 128 + 256, MachineLoad.busyTicks("cpu  1 2 4 8 16 64 128 256 512 1024"));
    }

    @Test
    void countsWhatAnOldKernelHas() {
        assertEquals(7, MachineLoad.busyTicks("cpu 1 2 4 8"));
    }

    @Test
    void measuresThePeakOnSeveralThreads() {
        double peak = FmaPeak.measure(2);
        assertTrue(peak > 1e8 && peak < 1e14, peak + " FLOP/s");
    }
}
