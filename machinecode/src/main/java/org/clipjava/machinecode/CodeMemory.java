package org.clipjava.machinecode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Assembled code that can be called until it is closed. */
final class CodeMemory implements AutoCloseable {
    private final Pages pages;
    private final MemorySegment memory;

    private CodeMemory(Pages pages, MemorySegment memory) {
        this.pages = pages;
        this.memory = memory;
    }

    /**
     * Copies code to pages that can be run and not written.
     *
     * @throws IllegalStateException if the system gives none, or does not let a program run what it has written
     */
    static CodeMemory of(byte[] code) {
        Pages pages = Pages.ofThisSystem();
        MemorySegment memory = pages.map(Math.ceilDiv(code.length, Pages.PAGE) * Pages.PAGE);
        try {
            MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
            pages.makeExecutable(memory);
        } catch (Throwable e) {
            pages.unmap(memory);
            throw e;
        }
        return new CodeMemory(pages, memory);
    }

    /** A function's first instruction. */
    MemorySegment function(int position) {
        return memory.asSlice(position);
    }

    /** Unmaps it; no call may be under way, or be made any more. */
    @Override
    public void close() {
        pages.unmap(memory);
    }
}
