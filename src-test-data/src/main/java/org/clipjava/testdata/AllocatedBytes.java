package org.clipjava.testdata;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What is taken from the heap, and perhaps given back: what a file may make its reader ask for. */
public final class AllocatedBytes {
    private AllocatedBytes() {}

    /** What the calling thread has allocated so far. */
    public static long ofThisThread() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
