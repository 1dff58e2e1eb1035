package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which weights AVX2 multiplies by its faster way. Results are the same either way, so that nothing else would tell. */
class WeightPairsTest {
    private static final int INPUTS = 192;

    @ParameterizedTest
    @CsvSource({
        "64, 64, true",
        "-64, -64, true",
        "127, 1, true",
        "1, 127, true",
        "-128, 0, true",
        "0, -128, true",
        "127, -128, true",
        "-128, 127, true",
        "64, 65, false",
        "65, 64, false",
        "-64, -65, false",
        "-128, -1, false",
        "127, 2, false",
        "127, 127, false",
        "-128, -128, false"
    })
    void pairsFitIfTheirSumIsAtMost128(byte first, byte second, boolean fit) {
        assumeTrue(MultiplyContract.USABLE.contains(InstructionSet.AVX2), "AVX2 is not here");
        for (int at : new int[] {0, 32, 126, INPUTS * 32 / 2 + 2, INPUTS * 32 - 2}) {
            byte[] weights = new byte[INPUTS * 32];
            weights[at] = first;
            weights[at + 1] = second;
            assertEquals(fit, fit(weights), "at " + at);
        }
    }

    /** The last of one pair and the first of the next are none. */
    @Test
    void othersAreNoPairs() {
        assumeTrue(MultiplyContract.USABLE.contains(InstructionSet.AVX2), "AVX2 is not here");
        byte[] weights = new byte[INPUTS * 32];
        for (int i = 1; i < weights.length; i++) {
            weights[i] = (byte) (i % 4 == 1 || i % 4 == 2 ? 127 : 0);
        }
        assertEquals(true, fit(weights));
    }

    private static boolean fit(byte[] weights) {
        Assembler code = new Assembler();
        WeightPairs.write(code, Convention.ofThisSystem());
        try (Arena arena = Arena.ofConfined();
                CodeMemory memory = CodeMemory.of(code.toBytes())) {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, weights);
            MemorySegment block = arena.allocate(ShortTiles.BLOCK_BYTES, 64);
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.WEIGHTS.offset(), data.address());
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.GROUPS.offset(), INPUTS / 4);
            NativeCalls.call(memory.function(0), block.address());
            return WeightPairs.fit(block);
        }
    }
}
