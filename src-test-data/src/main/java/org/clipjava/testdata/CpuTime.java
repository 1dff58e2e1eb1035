package org.clipjava.testdata;

import java.lang.management.ManagementFactory;

/** The processor's time, which does not run while other programs have the processor. */
public final class CpuTime {
    private CpuTime() {}

    /** What the calling thread has used so far, in seconds. */
    public static double seconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }
}
