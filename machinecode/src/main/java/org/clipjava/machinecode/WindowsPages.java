package org.clipjava.machinecode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Pages of Windows. Written by the manual, and not tested yet. */
@SuppressWarnings("restricted") // as in NativeCalls
final class WindowsPages implements Pages {
    private static final int MEM_COMMIT_AND_RESERVE = 0x3000;
    private static final int MEM_RELEASE = 0x8000;
    private static final int PAGE_NOACCESS = 0x01;
    private static final int PAGE_READWRITE = 0x04;
    private static final int PAGE_EXECUTE_READ = 0x20;

    private final MethodHandle virtualAlloc;
    private final MethodHandle virtualProtect;
    private final MethodHandle virtualFree;
    private final MethodHandle flushInstructionCache;
    private final MethodHandle getCurrentProcess;

    WindowsPages() {
        SymbolLookup kernel32 = SymbolLookup.libraryLookup("kernel32", Arena.global());
        virtualAlloc = NativeCalls.system(
                kernel32, "VirtualAlloc", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));
        virtualProtect = NativeCalls.system(
                kernel32, "VirtualProtect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS));
        virtualFree = NativeCalls.system(
                kernel32, "VirtualFree", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        flushInstructionCache = NativeCalls.system(
                kernel32, "FlushInstructionCache", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
        getCurrentProcess = NativeCalls.system(kernel32, "GetCurrentProcess", FunctionDescriptor.of(ADDRESS));
    }

    @Override
    public MemorySegment map(long bytes) {
        MemorySegment pages;
        try {
            pages = (MemorySegment)
                    virtualAlloc.invokeExact(MemorySegment.NULL, bytes, MEM_COMMIT_AND_RESERVE, PAGE_READWRITE);
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
        if (pages.address() == 0) {
            throw new IllegalStateException("the system gives no memory for machine code (VirtualAlloc)");
        }
        return pages.reinterpret(bytes);
    }

    @Override
    public void makeExecutable(MemorySegment pages) {
        protect(pages, PAGE_EXECUTE_READ);
        int flushed;
        try {
            MemorySegment process = (MemorySegment) getCurrentProcess.invokeExact();
            flushed = (int) flushInstructionCache.invokeExact(process, pages, pages.byteSize());
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
        if (flushed == 0) {
            throw new IllegalStateException("the system does not flush its instruction cache (FlushInstructionCache)");
        }
    }

    @Override
    public void makeInaccessible(MemorySegment pages) {
        protect(pages, PAGE_NOACCESS);
    }

    private void protect(MemorySegment pages, int protection) {
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment former = arena.allocate(JAVA_INT);
            result = (int) virtualProtect.invokeExact(pages, pages.byteSize(), protection, former);
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
        if (result == 0) {
            throw new IllegalStateException(
                    "the system does not let a program run what it has written (VirtualProtect): a policy forbids it");
        }
    }

    @Override
    public void unmap(MemorySegment pages) {
        int result;
        try {
            result = (int) virtualFree.invokeExact(pages, 0L, MEM_RELEASE);
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
        if (result == 0) {
            throw new IllegalStateException("the system does not take memory back (VirtualFree)");
        }
    }
}
