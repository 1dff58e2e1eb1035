package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.clipjava.kernel.DotProducts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The loops of arm64 as an interpreter of ours runs them, so that other machines test them too. {@link MachineCodeTest} runs them on a
 * processor that has the instructions.
 */
class Arm64TilesTest {
    // far apart, so that what goes past one is seen
    private static final long BLOCK = 0x1000_0000L;
    private static final long LEVELS = 0x2000_0000L;
    private static final long WEIGHTS = 0x3000_0000L;
    private static final long SUMS = 0x4000_0000L;
    private static final long STACK = 0x5000_0000L;
    private static final int STACK_BYTES = 256;
    private static final int ROW = 32;

    private final Random random = new Random(64);

    @ParameterizedTest
    @EnumSource(names = {"I8MM", "DOTPROD"})
    void everyHeightEqualsTheDefinition(InstructionSet set) {
        Loops loops = Architecture.ARM64.loops();
        int[] positions = loops.writeMultiply(set);
        for (int height = 1; height <= set.tallest(); height++) {
            for (int strips = 1; strips <= 3; strips++) {
                for (int inputs : new int[] {64, 192}) {
                    assertMultiply(loops.toBytes(), positions[height], height, strips, inputs);
                }
            }
            assertMultiply(loops.toBytes(), positions[height], height, 1, DotProducts.MAX_INPUTS);
        }
    }

    private void assertMultiply(byte[] code, int position, int height, int strips, int inputs) {
        int rows = height * strips;
        byte[] levels = bytes((rows - 1) * DotProducts.STRIDE + inputs);
        byte[] weights = bytes(inputs * ROW);
        int[] sums = random.ints((long) rows * ROW).toArray();
        int[] expected = sums.clone();
        for (int i = 0; i < expected.length; i++) {
            for (int k = 0; k < inputs; k++) {
                int level = levels[i / ROW * DotProducts.STRIDE + k] & 0xff;
                expected[i] += level * weights[k / 4 * 128 + i % ROW * 4 + k % 4];
            }
        }
        Arm64Interpreter machine = machine(code);
        long[] block = new long[VectorTiles.Field.values().length];
        block[VectorTiles.Field.LEVELS.offset() / Long.BYTES] = LEVELS;
        block[VectorTiles.Field.WEIGHTS.offset() / Long.BYTES] = WEIGHTS;
        block[VectorTiles.Field.SUMS.offset() / Long.BYTES] = SUMS;
        block[VectorTiles.Field.GROUPS.offset() / Long.BYTES] = inputs / 4;
        block[VectorTiles.Field.STRIPS.offset() / Long.BYTES] = strips;
        machine.map(BLOCK, MemorySegment.ofArray(block).asReadOnly());
        machine.map(LEVELS, MemorySegment.ofArray(levels).asReadOnly());
        machine.map(WEIGHTS, MemorySegment.ofArray(weights).asReadOnly());
        machine.map(SUMS, MemorySegment.ofArray(sums));

        assertKeepsTheCallersRegisters(machine, position);

        assertArrayEquals(expected, sums, strips + " strips of " + height + " rows, " + inputs + " inputs");
    }

    @ParameterizedTest
    @EnumSource(names = {"I8MM", "DOTPROD"})
    void thePeaksLoopMultipliesAsOftenAsItSays(InstructionSet set) {
        Loops loops = Architecture.ARM64.loops();
        long products = loops.writePeak(set, 2);
        Arm64Interpreter machine = machine(loops.toBytes());
        machine.map(BLOCK, MemorySegment.ofArray(new long[] {3, 0}).asReadOnly());
        machine.vectors.fill((byte) 0);
        for (int i = 24 * 16; i < 26 * 16; i++) {
            machine.vectors.set(ValueLayout.JAVA_BYTE, i, (byte) 1);
        }

        // the first eight registers are not the caller's: their ints count products
        machine.call(0);

        int count = machine.vectors.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        assertEquals(products, 24L * 4 * count / 3);
    }

    @Test
    void theInterpreterKnowsNothingElse() {
        Arm64Interpreter machine = new Arm64Interpreter(new byte[] {0x1f, 0x20, 0x03, (byte) 0xd5}); // nop
        assertThrows(AssertionError.class, () -> machine.call(0));
        Arm64Assembler code = new Arm64Assembler();
        code.loadVector(0, Arm64Register.X0, 16);
        Arm64Interpreter past = new Arm64Interpreter(code.toBytes());
        past.map(0, MemorySegment.ofArray(new byte[31]));
        assertThrows(AssertionError.class, () -> past.call(0));
    }

    private Arm64Interpreter machine(byte[] code) {
        Arm64Interpreter machine = new Arm64Interpreter(code);
        for (int i = 0; i < machine.general.length; i++) {
            machine.general[i] = random.nextLong();
        }
        machine.vectors.copyFrom(MemorySegment.ofArray(bytes((int) machine.vectors.byteSize())));
        machine.general[0] = BLOCK;
        machine.general[31] = STACK + STACK_BYTES;
        machine.map(STACK, MemorySegment.ofArray(new byte[STACK_BYTES]));
        return machine;
    }

    /** X18 is the system's, X19 to X30, SP and the lower halves of V8 to V15 are the caller's. */
    private static void assertKeepsTheCallersRegisters(Arm64Interpreter machine, int position) {
        long[] general = machine.general.clone();
        byte[] vectors = machine.vectors.toArray(ValueLayout.JAVA_BYTE);
        machine.call(position);
        assertArrayEquals(Arrays.copyOfRange(general, 18, 32), Arrays.copyOfRange(machine.general, 18, 32));
        byte[] after = machine.vectors.toArray(ValueLayout.JAVA_BYTE);
        for (int v = 8; v < 16; v++) {
            assertArrayEquals(
                    Arrays.copyOfRange(vectors, v * 16, v * 16 + 8), Arrays.copyOfRange(after, v * 16, v * 16 + 8));
        }
    }

    /** A third of them are extremes. */
    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        for (int i = 0; i < size; i += 1 + random.nextInt(5)) {
            bytes[i] = (byte) (random.nextBoolean() ? 0xff : 0x80);
        }
        return bytes;
    }
}
