package org.clipjava.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
