package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void isFoundByJavasNames() {
        assertEquals(Optional.of(Architecture.X86_64), Architecture.named("amd64"));
        assertEquals(Optional.of(Architecture.X86_64), Architecture.named("x86_64"));
        assertEquals(Optional.of(Architecture.ARM64), Architecture.named("aarch64"));
        assertEquals(Optional.empty(), Architecture.named("riscv64"));
        assertEquals("x86-64 and arm64", Architecture.titles());
    }

    /** So that no processor is ever given another's code. */
    @Test
    void writesItsOwnSetsAndNoOthers() {
        for (Architecture architecture : Architecture.values()) {
            for (InstructionSet set : InstructionSet.values()) {
                Loops loops = architecture.loops();
                if (set.architecture() == architecture) {
                    int[] positions = loops.writeMultiply(set);
                    assertTrue(loops.writePeak(set, 4) > 0);
                    for (int i = 2; i < positions.length; i++) {
                        assertTrue(positions[i - 1] < positions[i], set + ", function " + i);
                    }
                } else {
                    assertThrows(IllegalArgumentException.class, () -> loops.writeMultiply(set));
                    assertThrows(IllegalArgumentException.class, () -> loops.writePeak(set, 4));
                }
            }
        }
    }

    @Test
    void findsSetsOfItsOwnAlone() {
        Optional<Architecture> here = Architecture.ofThisMachine();
        for (InstructionSet set : MachineCodeProvider.usable()) {
            assertEquals(here, Optional.of(set.architecture()));
        }
    }
}
