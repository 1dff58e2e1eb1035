package org.clipjava.machinecode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Pages of Linux and macOS. On macOS they are mapped with {@code MAP_JIT}: the hardened runtime, under which JDKs run there, makes other
 * memory of no process executable. Tested on Linux; written by the manual for macOS.
 */
@SuppressWarnings("restricted") // as in NativeCalls
final class PosixPages implements Pages {
    private static final int PROT_NONE = 0;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;

    private static final int MAP_PRIVATE = 2;
    private static final int LINUX_MAP_ANONYMOUS = 0x20;
    private static final int MAC_MAP_ANONYMOUS = 0x1000;
    private static final int MAC_MAP_JIT = 0x800;

    private static final long MAP_FAILED = -1;

    private final MethodHandle mmap = NativeCalls.system(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private final MethodHandle mprotect =
            NativeCalls.system("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private final MethodHandle munmap =
            NativeCalls.system("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private final int mapFlags;

    PosixPages(boolean mac) {
        mapFlags = MAP_PRIVATE | (mac ? MAC_MAP_ANONYMOUS | MAC_MAP_JIT : LINUX_MAP_ANONYMOUS);
    }

    @Override
    public MemorySegment map(long bytes) {
        MemorySegment pages;
        try {
            pages = (MemorySegment)
                    mmap.invokeExact(MemorySegment.NULL, bytes, PROT_READ | PROT_WRITE, mapFlags, -1, 0L);
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
        if (pages.address() == MAP_FAILED) {
            throw new IllegalStateException("the system gives no memory for machine code (mmap)");
        }
        return pages.reinterpret(bytes);
    }

    @Override
    public void makeExecutable(MemorySegment pages) {
        protect(pages, PROT_READ | PROT_EXEC);
    }

    @Override
    public void makeInaccessible(MemorySegment pages) {
        protect(pages, PROT_NONE);
    }

    private void protect(MemorySegment pages, int protection) {
        int result;
        try {
            result = (int) mprotect.invokeExact(pages, pages.byteSize(), protection);
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
        if (result != 0) {
            throw new IllegalStateException(
                    "the system does not let a program run what it has written (mprotect): a policy such as SELinux's"
                            + " execmem forbids it");
        }
    }

    @Override
    public void unmap(MemorySegment pages) {
        int result;
        try {
            result = (int) munmap.invokeExact(pages, pages.byteSize());
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
        if (result != 0) {
            throw new IllegalStateException("the system does not take memory back (munmap)");
        }
    }
}
