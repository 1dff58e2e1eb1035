package org.clipjava.machinecode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Pages of Linux and macOS. Tested on Linux; written by the manual for macOS.
 *
 * <p>JDKs run under the hardened runtime on macOS. On x86-64 their pages are mapped with {@code MAP_JIT}, for it makes other memory of no
 * process executable. On arm64 such pages can be written only by a thread that may run none meanwhile, and Java's threads run on them
 * ({@code pthread_jit_write_protect_np}). So they are mapped without it there, which processes may do that are allowed to run unsigned
 * memory, as OpenJDK's are.
 *
 * <p>Instructions are read past the cache that they were written to on arm64. Linux sees to that when it makes pages executable; macOS is
 * told to.
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

    /** Has instructions be read anew, where that is not done with {@link #mprotect}. */
    private final Optional<MethodHandle> invalidate;

    PosixPages(boolean mac, Optional<Architecture> architecture) {
        boolean appleSilicon = mac && architecture.equals(Optional.of(Architecture.ARM64));
        mapFlags = MAP_PRIVATE
                | (mac ? MAC_MAP_ANONYMOUS : LINUX_MAP_ANONYMOUS)
                | (mac && !appleSilicon ? MAC_MAP_JIT : 0);
        invalidate = appleSilicon
                ? Optional.of(
                        NativeCalls.system("sys_icache_invalidate", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG)))
                : Optional.empty();
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
        if (invalidate.isPresent()) {
            try {
                invalidate.get().invokeExact(pages, pages.byteSize());
            } catch (Throwable e) {
                throw NativeCalls.unexpected(e);
            }
        }
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
