package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.clipjava.config.WeightType;
import org.junit.jupiter.api.Test;

class MultiplyPeakTest {
    /** No processor that can run this does less than a billion a second, nor more than a hundred thousand. */
    @Test
    void everySetHasARateThatAProcessorCanHave() {
        for (InstructionSet set : MachineCodeProvider.usable()) {
            try (MultiplyPeak peak = new MultiplyPeak(set)) {
                double rate = peak.measure(0.02);
                assertTrue(rate > 1e9 && rate < 1e14, set + ": " + rate);
            }
        }
        MultiplyContract.anyOf(WeightType.INT8);
        try (MultiplyPeak peak = new MultiplyPeak(WeightType.INT8)) {
            assertTrue(peak.description().startsWith("A"), peak.description());
        }
    }
}
