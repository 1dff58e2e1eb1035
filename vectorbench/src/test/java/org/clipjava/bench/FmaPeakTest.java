package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FmaPeakTest {
    @Test
    void measuresThePeakOnSeveralThreads() {
        double peak = FmaPeak.measure(2);
        assertTrue(peak > 1e8 && peak < 1e14, peak + " FLOP/s");
    }
}
