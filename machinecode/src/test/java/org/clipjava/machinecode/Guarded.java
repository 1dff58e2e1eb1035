package org.clipjava.machinecode;

import java.lang.foreign.MemorySegment;

/** Memory between two pages that nobody may touch: whoever does ends the JVM. */
final class Guarded implements AutoCloseable {
    private final Pages pages = Pages.ofThisSystem();
    private final MemorySegment all;

    /** @param bytes that are needed at the most */
    Guarded(long bytes) {
        long room = Math.ceilDiv(bytes, Pages.PAGE) * Pages.PAGE;
        all = pages.map(room + 2 * Pages.PAGE);
        pages.makeInaccessible(all.asSlice(0, Pages.PAGE));
        pages.makeInaccessible(all.asSlice(Pages.PAGE + room));
    }

    /** So many bytes, right behind the first guard or right before the last. */
    MemorySegment bytes(long size, boolean atTheEnd) {
        return all.asSlice(atTheEnd ? all.byteSize() - Pages.PAGE - size : Pages.PAGE, size);
    }

    @Override
    public void close() {
        pages.unmap(all);
    }
}
