package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.clipjava.kernel.DotProducts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Functions as Windows would call them, on other systems: it wants back what XMM6 to XMM15 held. */
class ConventionTest {
    private static final int REGISTERS = 16;
    private static final int FIRST_SAVED = 6;
    private static final int BYTES = 16;

    /** Behind the block that a function may write to. */
    private static final int BEFORE = 16_384;

    private static final int AFTER = BEFORE + REGISTERS * BYTES;
    private static final int INPUTS = 128;

    @BeforeEach
    void runsWhereItCan() {
        assumeTrue(MultiplyContract.USABLE.contains(InstructionSet.AVX2), "AVX2 is not here");
        // the caller below fills these registers, and does not give them back
        assumeTrue(Convention.ofThisSystem() == Convention.SYSTEM_V, "a system that does not want them back");
    }

    @Test
    void vectorRegistersOfTheCallerAreGivenBack() {
        for (int rows = 1; rows <= InstructionSet.AVX2.tallest(); rows++) {
            int height = rows;
            assertGivenBack(rows, code -> VectorTiles.write(code, Convention.WINDOWS, InstructionSet.AVX2, height));
        }
        for (int rows = 1; rows <= ShortTiles.TALLEST; rows++) {
            int height = rows;
            assertGivenBack(rows, code -> ShortTiles.write(code, Convention.WINDOWS, height));
        }
        assertGivenBack(1, code -> WeightPairs.write(code, Convention.WINDOWS));
    }

    /** They use such registers: this test can tell. */
    @Test
    void elsewhereTheyAreNotGivenBack() {
        byte[][] registers = registers(1, code -> {
            code.mov(Register.RDI, Register.RCX);
            WeightPairs.write(code, Convention.SYSTEM_V);
        });
        assertFalse(Arrays.equals(registers[0], registers[1]));
    }

    private static void assertGivenBack(int rows, Consumer<Assembler> function) {
        byte[][] registers = registers(rows, function);
        assertArrayEquals(registers[0], registers[1], rows + " rows");
    }

    /** What the registers of the caller held before a call, and after it. */
    private static byte[][] registers(int rows, Consumer<Assembler> function) {
        byte[] random = new byte[AFTER + REGISTERS * BYTES];
        new Random(16).nextBytes(random);
        try (Arena arena = Arena.ofConfined();
                CodeMemory memory = CodeMemory.of(caller(function))) {
            MemorySegment block = arena.allocate(random.length, 64);
            MemorySegment.copy(random, 0, block, ValueLayout.JAVA_BYTE, 0, random.length);
            block.set(
                    ValueLayout.JAVA_LONG,
                    VectorTiles.Field.LEVELS.offset(),
                    arena.allocate((long) rows * DotProducts.STRIDE).address());
            block.set(
                    ValueLayout.JAVA_LONG,
                    VectorTiles.Field.WEIGHTS.offset(),
                    arena.allocate(INPUTS * 32L).address());
            block.set(
                    ValueLayout.JAVA_LONG,
                    VectorTiles.Field.SUMS.offset(),
                    arena.allocate(rows * 128L).address());
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.GROUPS.offset(), INPUTS / 4);
            block.set(ValueLayout.JAVA_LONG, VectorTiles.Field.STRIPS.offset(), 1);
            NativeCalls.call(memory.function(0), block.address());
            return new byte[][] {saved(block, BEFORE), saved(block, AFTER)};
        }
    }

    private static byte[] saved(MemorySegment block, int from) {
        return block.asSlice(from + FIRST_SAVED * BYTES, (REGISTERS - FIRST_SAVED) * BYTES)
                .toArray(ValueLayout.JAVA_BYTE);
    }

    /** A function of this system that fills the registers, calls another with its argument in RCX, and writes down what they hold then. */
    private static byte[] caller(Consumer<Assembler> function) {
        Assembler before = new Assembler();
        before.push(Register.RDI);
        before.mov(Register.RCX, Register.RDI);
        for (int i = 0; i < REGISTERS; i++) {
            before.vmovdquLoad(VectorLength.XMM, i, Register.RCX, BEFORE + i * BYTES);
        }
        Assembler after = new Assembler();
        after.pop(Register.RCX);
        for (int i = 0; i < REGISTERS; i++) {
            after.vmovdquStore(VectorLength.XMM, Register.RCX, AFTER + i * BYTES, i);
        }
        after.ret();
        Assembler called = new Assembler();
        function.accept(called);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before.toBytes());
        int distance = after.toBytes().length;
        all.writeBytes(new byte[] {
            (byte) 0xe8, (byte) distance, (byte) (distance >> 8), (byte) (distance >> 16), (byte) (distance >> 24)
        });
        all.writeBytes(after.toBytes());
        all.writeBytes(called.toBytes());
        return all.toByteArray();
    }
}
