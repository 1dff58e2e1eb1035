package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clipjava.kernel.DotProducts;
import org.clipjava.machinecode.Arm64Processor.Feature;
import org.junit.jupiter.api.Test;

class Arm64ProcessorTest {
    private static boolean all(Feature feature) {
        return true;
    }

    @Test
    void takesWhatTheSystemSaysThatThereIs() {
        assertEquals(
                List.of(InstructionSet.I8MM, InstructionSet.DOTPROD),
                List.copyOf(Arm64Processor.instructionSets(Arm64ProcessorTest::all, Optional.empty())),
                "the fastest first");
        assertEquals(
                Set.of(InstructionSet.DOTPROD),
                Arm64Processor.instructionSets(feature -> feature == Feature.DOT_PRODUCTS, Optional.empty()));
        assertEquals(
                Set.of(InstructionSet.I8MM),
                Arm64Processor.instructionSets(feature -> feature == Feature.I8MM, Optional.empty()));
        assertEquals(Set.of(), Arm64Processor.instructionSets(feature -> false, Optional.empty()));
    }

    @Test
    void takesNothingThatTheSystemsListDoesNotHave() {
        assertEquals(
                Set.of(),
                Arm64Processor.instructionSets(Arm64ProcessorTest::all, Optional.of(Set.of("asimd", "svei8mm"))));
        assertEquals(
                Set.of(InstructionSet.DOTPROD),
                Arm64Processor.instructionSets(Arm64ProcessorTest::all, Optional.of(Set.of("asimd", "asimddp"))));
        assertEquals(
                EnumSet.of(InstructionSet.I8MM, InstructionSet.DOTPROD),
                Arm64Processor.instructionSets(Arm64ProcessorTest::all, Optional.of(Set.of("i8mm", "asimddp"))));
        assertEquals(
                Set.of(),
                Arm64Processor.instructionSets(feature -> false, Optional.of(Set.of("i8mm", "asimddp"))),
                "nor what it has alone");
    }

    /** Whatever one of Linux's two ways answers, all that is chosen runs here. */
    @Test
    void noAnswerLeadsToAnInstructionThatIsNotThere() {
        assumeTrue(Architecture.ofThisMachine().equals(Optional.of(Architecture.ARM64)), "not arm64");
        Set<InstructionSet> there = Arm64Processor.instructionSets();
        List<Set<InstructionSet>> found = new ArrayList<>();
        found.add(Arm64Processor.instructionSets(Arm64Processor.ofThisSystem(), Optional.empty()));
        found.add(Arm64Processor.instructionSets(
                Arm64Processor.ofThisSystem(), Optional.of(Set.of("asimddp", "i8mm", "sve"))));
        if (Arm64Processor.linuxFlags().isPresent()) {
            found.add(Arm64Processor.instructionSets(Arm64ProcessorTest::all, Arm64Processor.linuxFlags()));
        }
        for (Set<InstructionSet> sets : found) {
            assertEquals(there, sets);
        }
        for (InstructionSet set : there) {
            try (MachineCode code = new MachineCode(set);
                    Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(32L * DotProducts.STRIDE);
                code.multiply(7, 64, memory, 0, memory, 0, MemorySegment.NULL, memory);
            }
        }
    }
}
