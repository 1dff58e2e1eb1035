package org.clipjava.machinecode;

import java.lang.foreign.MemorySegment;

/** Memory that the system gives by the page: written first, then run, and never both at once. */
interface Pages {
    /** A multiple of the page size of every system that there is code for: arm64 has pages of 4, 16 and 64 KiB. */
    long PAGE = 65_536;

    /** Those of the system that this is. */
    static Pages ofThisSystem() {
        String name = System.getProperty("os.name");
        return name.startsWith("Windows")
                ? new WindowsPages()
                : new PosixPages(name.startsWith("Mac"), Architecture.ofThisMachine());
    }

    /**
     * Pages that can be written and not run, all zero.
     *
     * @param bytes a multiple of {@link #PAGE}
     * @throws IllegalStateException if the system has none
     */
    MemorySegment map(long bytes);

    /**
     * Has pages be run and not written from now on.
     *
     * @throws IllegalStateException if the system does not allow it
     */
    void makeExecutable(MemorySegment pages);

    /** Has pages be neither read nor written nor run from now on: a guard. */
    void makeInaccessible(MemorySegment pages);

    /** Gives pages back; nothing may use them any more. */
    void unmap(MemorySegment pages);
}
