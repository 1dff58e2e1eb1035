package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Test;

/** Multiplies of bytes, and where code and what guards it lie. */
class MachineCodeTest extends MultiplyContract {
    private static final byte[] POOL = new byte[1 << 20];

    static {
        Random random = new Random(2);
        random.nextBytes(POOL);
        for (int i = 0; i < POOL.length; i += 1 + random.nextInt(8)) {
            POOL[i] = (byte) (random.nextBoolean() ? 0xff : 0x80);
        }
    }

    MachineCodeTest() {
        super(new Random(22), PanelMatrix.INPUTS_STEP, DotProducts.STRIDE, Byte.BYTES);
    }

    static Stream<InstructionSet> sets() {
        return setsOf(WeightType.INT8);
    }

    @Override
    void assertMultiply(MachineCode code, int rows, int inputs, Memory memory) {
        boolean atTheEnd = random.nextBoolean();
        int room = (rows + 31) / 32 * 32;
        int levelsSize = (room - 1) * DotProducts.STRIDE + inputs;
        byte[] levels = bytes(levelsSize);
        byte[] weights = bytes(inputs * 32);
        if (random.nextBoolean()) {
            limitPairs(weights);
        }
        int[] sums = random.ints(room * 32L, -1_000_000, 1_000_000).toArray();
        MemorySegment nativeLevels = memory.values.bytes(levelsSize, atTheEnd);
        MemorySegment nativeWeights = memory.weights.bytes(weights.length, atTheEnd);
        MemorySegment nativeSums = memory.sums.bytes(room * 128L, atTheEnd);
        MemorySegment.copy(levels, 0, nativeLevels, ValueLayout.JAVA_BYTE, 0, levels.length);
        MemorySegment.copy(weights, 0, nativeWeights, ValueLayout.JAVA_BYTE, 0, weights.length);
        MemorySegment.copy(sums, 0, nativeSums, ValueLayout.JAVA_INT_UNALIGNED, 0, sums.length);

        code.multiply(rows, inputs, nativeLevels, 0, nativeWeights, 0, ahead(nativeWeights), nativeSums);

        for (int row = 0; row < rows; row++) {
            for (int output = 0; output < 32; output++) {
                int sum = sums[row * 32 + output];
                for (int k = 0; k < inputs; k++) {
                    int level = levels[row * DotProducts.STRIDE + k] & 0xff;
                    sum += level * weights[k / 4 * 128 + output * 4 + k % 4];
                }
                int found = nativeSums.get(ValueLayout.JAVA_INT_UNALIGNED, (row * 32 + output) * 4L);
                assertEquals(sum, found, rows + " x " + inputs + ", row " + row + ", output " + output);
            }
        }
    }

    /** Makes weights those of which AVX2 adds two products in a short, up to its very ends; sometimes all but one pair. */
    private void limitPairs(byte[] weights) {
        for (int k = 0; k < weights.length; k += 2) {
            int sum = weights[k] + weights[k + 1];
            if (Math.abs(sum) > 128) {
                weights[k + 1] = (byte) (Integer.signum(sum) * 128 - weights[k]);
            }
        }
        if (random.nextInt(4) == 0) {
            int k = random.nextInt(weights.length / 2) * 2;
            int sign = random.nextBoolean() ? 1 : -1;
            weights[k] = (byte) (sign * 64);
            weights[k + 1] = (byte) (sign * 65);
        }
    }

    /** From anywhere in a pool of random bytes; one in four is an extreme. */
    private byte[] bytes(int size) {
        int from = random.nextInt(POOL.length - size);
        return Arrays.copyOfRange(POOL, from, from + size);
    }

    @Test
    void refusesMemoryThatIsTooSmall() {
        try (MachineCode code = new MachineCode(anyOf(WeightType.INT8));
                Arena arena = Arena.ofConfined()) {
            MemorySegment levels = arena.allocate(31L * DotProducts.STRIDE + 64);
            MemorySegment weights = arena.allocate(64L * 32);
            MemorySegment sums = arena.allocate(32L * 128);
            code.multiply(32, 64, levels, 0, weights, 0, MemorySegment.NULL, sums);

            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> code.multiply(1, 64, levels.asSlice(1), 0, weights, 0, MemorySegment.NULL, sums));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> code.multiply(1, 64, levels, 0, weights.asSlice(1), 0, MemorySegment.NULL, sums));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> code.multiply(1, 64, levels, 0, weights, 0, MemorySegment.NULL, sums.asSlice(1)));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> code.multiply(1, 64, levels, 1, weights, 0, MemorySegment.NULL, sums));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> code.multiply(1, 64, levels, -1, weights, 0, MemorySegment.NULL, sums));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> code.multiply(1, 64, levels, 0, weights, 1, MemorySegment.NULL, sums));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> code.multiply(33, 64, levels, 0, weights, 0, MemorySegment.NULL, sums));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> code.multiply(0, 64, levels, 0, weights, 0, MemorySegment.NULL, sums));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> code.multiply(1, 60, levels, 0, weights, 0, MemorySegment.NULL, sums));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> code.multiply(1, 1088, levels, 0, weights, 0, MemorySegment.NULL, sums));
            MemorySegment heap = MemorySegment.ofArray(new byte[64 * 32]);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> code.multiply(1, 64, levels, 0, heap, 0, MemorySegment.NULL, sums));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> code.multiply(1, 64, levels, 0, weights, 0, MemorySegment.NULL, sums.asReadOnly()));
        }
    }

    @Test
    void refusesCallsOnceItIsClosed() {
        MachineCode code = new MachineCode(anyOf(WeightType.INT8));
        code.close();
        code.close();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64L * DotProducts.STRIDE);
            assertThrows(
                    IllegalStateException.class,
                    () -> code.multiply(1, 64, memory, 0, memory, 0, MemorySegment.NULL, memory));
        }
    }

    @Test
    void codeIsNeverWritableOnceItCanRun() {
        Assembler code = new Assembler();
        code.ret();
        try (CodeMemory memory = CodeMemory.of(code.toBytes())) {
            String permissions = permissions(memory.function(0).address());
            assertTrue(permissions.startsWith("r-x"), permissions);
        }
    }

    @Test
    void pagesThatCanBeWrittenCanNotRunAndGoWhenTheyAreUnmapped() {
        Pages pages = Pages.ofThisSystem();
        MemorySegment memory = pages.map(Pages.PAGE);
        String permissions = permissions(memory.address());
        assertTrue(permissions.startsWith("rw-"), permissions);
        pages.makeInaccessible(memory);
        assertTrue(permissions(memory.address()).startsWith("---"));
        pages.unmap(memory);
        assertFalse(permissions(memory.address()).startsWith("---"));
    }

    /** What Linux says of the pages at an address: {@code rwxp}, or nothing where there are none. */
    private static String permissions(long address) {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps), "Linux alone says so");
        try {
            for (String line : Files.readAllLines(maps)) {
                String[] words = line.split(" +", -1);
                String[] ends = words[0].split("-", -1);
                if (Long.compareUnsigned(Long.parseUnsignedLong(ends[0], 16), address) <= 0
                        && Long.compareUnsigned(address, Long.parseUnsignedLong(ends[1], 16)) < 0) {
                    return words[1];
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "";
    }
}
