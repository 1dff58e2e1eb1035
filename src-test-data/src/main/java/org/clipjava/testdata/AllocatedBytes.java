package org.clipjava.testdata;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a thread takes of the heap, which no garbage collection takes back. */
public final class AllocatedBytes {
    private AllocatedBytes() {}

    /** By the calling thread so far. */
    public static long soFar() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
