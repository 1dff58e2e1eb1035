package org.clipjava.machinecode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which instructions of arm64 may be used. A program can't ask the processor itself there, so that it goes by the system; on Linux by
 * what it is started with and by what it reads, which have to agree. The answer is for all cores, whichever the program runs on.
 */
@SuppressWarnings("restricted") // as in NativeCalls
final class Arm64Processor {
    /** What a processor may have, as each system names it. */
    enum Feature {
        /** Dot products of bytes that are both signed or both unsigned. */
        DOT_PRODUCTS(16, 20, "asimddp", "hw.optional.arm.FEAT_DotProd", 43),
        /** And of signed and unsigned ones. */
        I8MM(26, 13, "i8mm", "hw.optional.arm.FEAT_I8MM", 66);

        private final long word;
        private final int bit;
        private final String flag;
        private final String mac;
        private final int windows;

        /**
         * @param word of Linux's auxiliary vector: AT_HWCAP or AT_HWCAP2
         * @param bit of that word
         * @param flag in Linux's list
         * @param mac name of a number that macOS knows
         * @param windows number that {@code winnt.h} gives it
         */
        Feature(long word, int bit, String flag, String mac, int windows) {
            this.word = word;
            this.bit = bit;
            this.flag = flag;
            this.mac = mac;
            this.windows = windows;
        }
    }

    private Arm64Processor() {}

    /** What this processor has. */
    static Set<InstructionSet> instructionSets() {
        return instructionSets(ofThisSystem(), linuxFlags());
    }

    /**
     * What a processor has.
     *
     * @param system says whether it has something
     * @param flags what the system lists, if it does
     */
    static Set<InstructionSet> instructionSets(Predicate<Feature> system, Optional<Set<String>> flags) {
        Predicate<Feature> there = system.and(
                feature -> flags.map(all -> all.contains(feature.flag)).orElse(true));
        Set<InstructionSet> sets = EnumSet.noneOf(InstructionSet.class);
        if (there.test(Feature.DOT_PRODUCTS)) {
            sets.add(InstructionSet.DOTPROD);
        }
        if (there.test(Feature.I8MM)) {
            sets.add(InstructionSet.I8MM);
        }
        return sets;
    }

    /** What Linux lists; empty on other systems. */
    static Optional<Set<String>> linuxFlags() {
        return Processor.linuxFlags("Features");
    }

    /** What this system says. Of systems that are unknown it is nothing. */
    static Predicate<Feature> ofThisSystem() {
        String name = System.getProperty("os.name");
        if (name.equals("Linux")) {
            return linux();
        }
        if (name.startsWith("Mac")) {
            return mac();
        }
        return name.startsWith("Windows") ? windows() : feature -> false;
    }

    private static Predicate<Feature> linux() {
        MethodHandle getauxval = NativeCalls.system("getauxval", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
        return feature -> {
            try {
                return ((long) getauxval.invokeExact(feature.word) >>> feature.bit & 1) == 1;
            } catch (Throwable e) {
                throw NativeCalls.unexpected(e);
            }
        };
    }

    /** Written by the manual, and not tested yet. */
    private static Predicate<Feature> mac() {
        MethodHandle sysctlbyname = NativeCalls.system(
                "sysctlbyname", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
        return feature -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment number = arena.allocate(JAVA_INT);
                MemorySegment size = arena.allocateFrom(JAVA_LONG, JAVA_INT.byteSize());
                int result = (int)
                        sysctlbyname.invokeExact(arena.allocateFrom(feature.mac), number, size, MemorySegment.NULL, 0L);
                return result == 0 && number.get(JAVA_INT, 0) == 1;
            } catch (Throwable e) {
                throw NativeCalls.unexpected(e);
            }
        };
    }

    /** Written by the manual, and not tested yet. */
    private static Predicate<Feature> windows() {
        MethodHandle isProcessorFeaturePresent = NativeCalls.system(
                SymbolLookup.libraryLookup("kernel32", Arena.global()),
                "IsProcessorFeaturePresent",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        return feature -> {
            try {
                return (int) isProcessorFeaturePresent.invokeExact(feature.windows) != 0;
            } catch (Throwable e) {
                throw NativeCalls.unexpected(e);
            }
        };
    }
}
