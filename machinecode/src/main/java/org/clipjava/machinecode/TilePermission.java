package org.clipjava.machinecode;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Linux saves tiles only for programs that have asked for it: their threads take 8 kB more each time they are interrupted. There is
 * nothing to be asked for on other systems; macOS has no processor with tiles, and on Windows nothing was tried, so that tiles are used on
 * Linux alone.
 */
final class TilePermission {
    private static final long SYS_ARCH_PRCTL = 158;
    private static final long ARCH_REQ_XCOMP_PERM = 0x1023;
    private static final long XFEATURE_XTILEDATA = 18;

    private TilePermission() {}

    /** Asks for all threads of this process; says whether it was given. */
    static boolean ask() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return false;
        }
        MethodHandle syscall = NativeCalls.system(
                "syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try {
            return (long) syscall.invokeExact(SYS_ARCH_PRCTL, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
        } catch (Throwable e) {
            throw NativeCalls.unexpected(e);
        }
    }
}
