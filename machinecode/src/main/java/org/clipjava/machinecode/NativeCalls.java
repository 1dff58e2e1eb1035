package org.clipjava.machinecode;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Calls of functions outside of Java: the one place that makes them. Its class may be initialised only where native access is enabled. */
@SuppressWarnings("restricted") // which is what native access is enabled for
final class NativeCalls {
    private static final Linker LINKER = Linker.nativeLinker();

    /** A function of ours: it returns within microseconds, calls nothing and waits for nothing. */
    private static final MethodHandle OURS =
            LINKER.downcallHandle(FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG), Linker.Option.critical(false));

    private NativeCalls() {}

    /**
     * Calls assembled code.
     *
     * @param argument the address of what it takes
     */
    static void call(MemorySegment function, long argument) {
        try {
            OURS.invokeExact(function, argument);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A function of the system, from what every process has loaded. */
    static MethodHandle system(String name, FunctionDescriptor signature, Linker.Option... options) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new IllegalStateException("this system has no function " + name)),
                signature,
                options);
    }

    /** A function of a library of the system. */
    static MethodHandle system(SymbolLookup library, String name, FunctionDescriptor signature) {
        return LINKER.downcallHandle(
                library.find(name).orElseThrow(() -> new IllegalStateException("this system has no function " + name)),
                signature);
    }

    /** What a handle's call threw: functions of C throw nothing. */
    static IllegalStateException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
