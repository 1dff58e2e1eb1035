package org.clipjava.machinecode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which instructions of x86-64 may be used: those that the processor says it has, whose registers the system saves when it changes threads, and that
 * the system knows of, where it says so. An answer that is wrong in one place is set right by the others.
 */
final class Processor {
    private static final Path LINUX_LIST = Path.of("/proc/cpuinfo");

    // leaf 1
    private static final int ECX_FMA = 12;
    private static final int ECX_OSXSAVE = 27;
    private static final int ECX_AVX = 28;

    // leaf 7
    private static final int EBX_AVX2 = 5;
    private static final int EBX_AVX512F = 16;
    private static final int EBX_AVX512VL = 31;
    private static final int ECX_AVX512_VNNI = 11;
    private static final int EDX_AMX_BF16 = 22;
    private static final int EDX_AMX_TILE = 24;
    private static final int EDX_AMX_INT8 = 25;

    // leaf 7, subleaf 1
    private static final int EAX_AVX_VNNI = 4;
    private static final int EAX_AVX512_BF16 = 5;

    /** SSE and AVX. */
    private static final long STATES_OF_256 = 0x6;

    /** And masks, and both halves of what AVX-512 adds. */
    private static final long STATES_OF_512 = 0xe6;

    /** And the tiles, and their configuration. */
    private static final long STATES_OF_TILES = 0x600e6;

    private Processor() {}

    /** What this processor has. */
    static Set<InstructionSet> instructionSets() {
        return instructionSets(Cpuid.ofThisProcessor(), linuxFlags());
    }

    /**
     * What a processor has.
     *
     * @param flags what the system lists, if it does
     */
    static Set<InstructionSet> instructionSets(Cpuid cpuid, Optional<Set<String>> flags) {
        Set<InstructionSet> sets = EnumSet.noneOf(InstructionSet.class);
        int leaves = cpuid.ask(0, 0).eax();
        Cpuid.Answer basic = cpuid.ask(1, 0);
        if (leaves < 7 || !has(basic.ecx(), ECX_OSXSAVE) || !has(basic.ecx(), ECX_AVX) || !has(basic.ecx(), ECX_FMA)) {
            return sets;
        }
        long saved = cpuid.savedStates();
        Cpuid.Answer extended = cpuid.ask(7, 0);
        boolean avx2 = has(extended.ebx(), EBX_AVX2) && saves(saved, STATES_OF_256) && listed(flags, "avx2", "fma");
        if (!avx2) {
            return sets;
        }
        sets.add(InstructionSet.AVX2);
        int more = extended.eax() >= 1 ? cpuid.ask(7, 1).eax() : 0;
        if (has(more, EAX_AVX_VNNI) && listed(flags, "avx_vnni")) {
            sets.add(InstructionSet.AVX_VNNI);
        }
        boolean avx512 = has(extended.ebx(), EBX_AVX512F)
                && has(extended.ebx(), EBX_AVX512VL)
                && saves(saved, STATES_OF_512)
                && listed(flags, "avx512f", "avx512vl");
        if (avx512 && has(extended.ecx(), ECX_AVX512_VNNI) && listed(flags, "avx512_vnni")) {
            sets.add(InstructionSet.AVX512_VNNI);
        }
        if (avx512 && has(more, EAX_AVX512_BF16) && listed(flags, "avx512_bf16")) {
            sets.add(InstructionSet.AVX512_BF16);
        }
        boolean tiles = avx512
                && has(extended.edx(), EDX_AMX_TILE)
                && saves(saved, STATES_OF_TILES)
                && listed(flags, "amx_tile");
        if (tiles && has(extended.edx(), EDX_AMX_INT8) && listed(flags, "amx_int8")) {
            sets.add(InstructionSet.AMX);
        }
        if (tiles && has(extended.edx(), EDX_AMX_BF16) && listed(flags, "amx_bf16")) {
            sets.add(InstructionSet.AMX_BF16);
        }
        return sets;
    }

    private static boolean has(int bits, int bit) {
        return (bits >>> bit & 1) != 0;
    }

    private static boolean saves(long saved, long states) {
        return (saved & states) == states;
    }

    private static boolean listed(Optional<Set<String>> flags, String... wanted) {
        return flags.map(all -> all.containsAll(Arrays.asList(wanted))).orElse(true);
    }

    /** What Linux lists; empty on other systems. */
    static Optional<Set<String>> linuxFlags() {
        return linuxFlags("flags");
    }

    /** What Linux lists behind a name, which is not the same for all architectures. */
    static Optional<Set<String>> linuxFlags(String name) {
        if (!Files.isReadable(LINUX_LIST)) {
            return Optional.empty();
        }
        try {
            return Files.readAllLines(LINUX_LIST, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> new HashSet<>(Arrays.asList(
                            line.substring(line.indexOf(':') + 1).trim().split(" "))));
        } catch (IOException e) {
            System.getLogger(Processor.class.getName())
                    .log(System.Logger.Level.DEBUG, "going by the processor's own word", e);
            return Optional.empty();
        }
    }
}
