package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.DotProducts;
import org.junit.jupiter.api.Test;

/** What an x86-64 processor has; {@link Arm64ProcessorTest} is of the other architecture. */
class ProcessorTest {
    /** All of them, less some. */
    private static Set<InstructionSet> allBut(InstructionSet... others) {
        Set<InstructionSet> sets = EnumSet.noneOf(InstructionSet.class);
        for (InstructionSet set : InstructionSet.values()) {
            if (set.architecture() == Architecture.X86_64
                    && !Arrays.asList(others).contains(set)) {
                sets.add(set);
            }
        }
        return sets;
    }

    /** Leaf 1 with FMA, OSXSAVE and AVX. */
    private static final Cpuid.Answer BASIC = new Cpuid.Answer(0, 0, 1 << 12 | 1 << 27 | 1 << 28, 0);

    private static final int AVX2 = 1 << 5;
    private static final int AVX512 = 1 << 16 | 1 << 31;
    private static final int VNNI = 1 << 11;
    private static final int TILES = 1 << 22 | 1 << 24 | 1 << 25;
    private static final int AVX_VNNI = 1 << 4;
    private static final int AVX512_BF16 = 1 << 5;
    private static final long ALL_STATES = 0x600e7;

    private record Simulated(Answer first, Answer basic, Answer extended, Answer more, long savedStates)
            implements Cpuid {
        @Override
        public Answer ask(int leaf, int subleaf) {
            return switch (leaf) {
                case 0 -> first;
                case 1 -> basic;
                default -> subleaf == 0 ? extended : more;
            };
        }
    }

    private static Set<InstructionSet> sets(int leaves, Cpuid.Answer basic, Cpuid.Answer extended, long saved) {
        Cpuid.Answer first = new Cpuid.Answer(leaves, 0, 0, 0);
        Cpuid.Answer more = new Cpuid.Answer(AVX_VNNI | AVX512_BF16, 0, 0, 0);
        return Processor.instructionSets(new Simulated(first, basic, extended, more, saved), Optional.empty());
    }

    private static Cpuid.Answer extended(int subleaves, int ebx, int ecx, int edx) {
        return new Cpuid.Answer(subleaves, ebx, ecx, edx);
    }

    @Test
    void takesWhatTheProcessorHasAndTheSystemSaves() {
        Cpuid.Answer all = extended(1, AVX2 | AVX512, VNNI, TILES);
        assertEquals(allBut(), sets(32, BASIC, all, ALL_STATES));
        assertEquals(allBut(InstructionSet.AMX, InstructionSet.AMX_BF16), sets(32, BASIC, all, ALL_STATES & ~0x40000));
        assertEquals(
                allBut(InstructionSet.AMX),
                sets(32, BASIC, extended(1, AVX2 | AVX512, VNNI, TILES & ~(1 << 25)), ALL_STATES));
        assertEquals(
                allBut(InstructionSet.AMX_BF16),
                sets(32, BASIC, extended(1, AVX2 | AVX512, VNNI, TILES & ~(1 << 22)), ALL_STATES));
        assertEquals(
                EnumSet.of(InstructionSet.AVX2, InstructionSet.AVX_VNNI),
                sets(32, BASIC, all, 0x7),
                "no AVX-512 saved");
        assertEquals(Set.of(), sets(32, BASIC, all, 0x3), "no AVX saved");
        assertEquals(Set.of(), sets(6, BASIC, all, ALL_STATES), "no leaf 7");
        assertEquals(Set.of(), sets(32, new Cpuid.Answer(0, 0, 1 << 12 | 1 << 28, 0), all, ALL_STATES), "no XGETBV");
        assertEquals(
                EnumSet.of(InstructionSet.AVX2),
                sets(32, BASIC, extended(0, AVX2, VNNI, TILES), ALL_STATES),
                "no subleaf 1, no AVX-512");
    }

    @Test
    void takesNothingThatTheSystemDoesNotKnowOf() {
        Simulated all = new Simulated(
                new Cpuid.Answer(32, 0, 0, 0),
                BASIC,
                extended(1, AVX2 | AVX512, VNNI, TILES),
                new Cpuid.Answer(AVX_VNNI | AVX512_BF16, 0, 0, 0),
                ALL_STATES);
        assertEquals(Set.of(), Processor.instructionSets(all, Optional.of(Set.of())));
        assertEquals(
                EnumSet.of(InstructionSet.AVX2), Processor.instructionSets(all, Optional.of(Set.of("avx2", "fma"))));
        assertEquals(
                EnumSet.of(InstructionSet.AVX2, InstructionSet.AVX512_VNNI),
                Processor.instructionSets(
                        all, Optional.of(Set.of("avx2", "fma", "avx512f", "avx512vl", "avx512_vnni", "amx_tile"))));
        assertEquals(
                EnumSet.of(InstructionSet.AVX2, InstructionSet.AVX512_BF16, InstructionSet.AMX_BF16),
                Processor.instructionSets(
                        all,
                        Optional.of(
                                Set.of("avx2", "fma", "avx512f", "avx512vl", "avx512_bf16", "amx_tile", "amx_bf16"))));
    }

    /** Whatever CPUID answers, all that is chosen runs here: an instruction that is not there would end the JVM. */
    @Test
    void noAnswerLeadsToAnInstructionThatIsNotThere() {
        assumeTrue(Architecture.ofThisMachine().equals(Optional.of(Architecture.X86_64)), "not x86-64");
        Optional<Set<String>> flags = Processor.linuxFlags();
        assumeTrue(flags.isPresent(), "Linux alone lists what there is");
        Set<InstructionSet> there = Processor.instructionSets();
        Set<InstructionSet> chosen = EnumSet.noneOf(InstructionSet.class);
        Random random = new Random(22);
        Cpuid.Answer ones = new Cpuid.Answer(-1 >>> 1, -1, -1, -1);
        for (int i = 0; i < 10_000; i++) {
            Cpuid lie = i == 0
                    ? new Simulated(ones, ones, ones, ones, -1)
                    : new Simulated(ones, answer(random), answer(random), answer(random), random.nextLong() | 0x600e6);
            Set<InstructionSet> sets = Processor.instructionSets(lie, flags);
            assertTrue(there.containsAll(sets), "answer " + i + ": " + sets + ", there are " + there);
            chosen.addAll(sets);
        }
        chosen.retainAll(MachineCodeProvider.usable());
        for (InstructionSet set : chosen) {
            try (MachineCode code = new MachineCode(set);
                    Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(32L * DotProducts.PAIRS_STRIDE);
                if (set.numbers() == WeightType.INT8) {
                    code.multiply(7, 64, memory, 0, memory, 0, MemorySegment.NULL, memory);
                } else {
                    code.multiplyPairs(7, 64, memory, 0, memory, 0, MemorySegment.NULL, memory);
                }
            }
        }
        assertTrue(chosen.contains(InstructionSet.AVX2) || !there.contains(InstructionSet.AVX2), chosen.toString());
    }

    private static Cpuid.Answer answer(Random random) {
        return new Cpuid.Answer(random.nextInt() | 1, random.nextInt(), random.nextInt(), random.nextInt());
    }

    /** The instructions that ask are assembled too: what they answer has to be what Linux says. */
    @Test
    void asksThisProcessorAsLinuxDoes() {
        assumeTrue(Architecture.ofThisMachine().equals(Optional.of(Architecture.X86_64)), "not x86-64");
        Optional<Set<String>> flags = Processor.linuxFlags();
        assumeTrue(flags.isPresent(), "Linux alone lists what there is");
        Cpuid cpuid = Cpuid.ofThisProcessor();
        Cpuid.Answer extended = cpuid.ask(7, 0);
        assertEquals(flags.get().contains("avx2"), (extended.ebx() >>> 5 & 1) == 1);
        assertEquals(flags.get().contains("avx512_vnni"), (extended.ecx() >>> 11 & 1) == 1);
        assertEquals(flags.get().contains("amx_int8"), (extended.edx() >>> 25 & 1) == 1);
        assertEquals(flags.get().contains("amx_bf16"), (extended.edx() >>> 22 & 1) == 1);
        assertEquals(
                flags.get().contains("avx512_bf16"),
                extended.eax() >= 1 && (cpuid.ask(7, 1).eax() >>> 5 & 1) == 1);
        assertEquals(flags.get().contains("pni"), (cpuid.ask(1, 0).ecx() & 1) == 1);
        assertEquals(flags.get().contains("avx2"), (cpuid.savedStates() & 6) == 6);
        assertTrue(List.of("AuthenticAMD", "GenuineIntel").contains(maker(cpuid.ask(0, 0))), maker(cpuid.ask(0, 0)));
    }

    private static String maker(Cpuid.Answer answer) {
        StringBuilder name = new StringBuilder();
        for (int part : new int[] {answer.ebx(), answer.edx(), answer.ecx()}) {
            for (int i = 0; i < 4; i++) {
                name.append((char) ((part >>> (8 * i)) & 0xff));
            }
        }
        return name.toString();
    }
}
