package org.clipjava.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.Stream;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.DotProducts;
import org.clipjava.kernel.DotProducts.PairOrder;
import org.junit.jupiter.api.Test;

/** Multiplies in bf16, to the bit. */
class Bf16CodeTest extends MultiplyContract {
    /** Bits of numbers: a model's mostly, and of each eight one of any size, down to 2^-56 and up to infinity. */
    private static final short[] POOL = new short[1 << 18];

    static {
        Random random = new Random(2);
        for (int i = 0; i < POOL.length; i++) {
            float value = (float) random.nextGaussian();
            POOL[i] = (short)
                    switch (random.nextInt(16)) {
                        case 0 ->
                            ((71 + random.nextInt(255 - 71)) << 7) | random.nextInt(128) | (random.nextInt(2) << 15);
                        case 1 -> ((71 + random.nextInt(8)) << 7) | random.nextInt(128) | (random.nextInt(2) << 15);
                        case 2 -> random.nextInt(2) << 15;
                        default -> Float.floatToIntBits(Math.scalb(value, -random.nextInt(9))) >>> 16;
                    };
        }
        for (int i = 0; i < POOL.length; i += 20_000) {
            POOL[i] = (short) (i / 20_000 % 2 == 0 ? 0x7f80 : 0xffc0); // infinity, and what is no number
        }
    }

    Bf16CodeTest() {
        super(new Random(16), DotProducts.PAIRS_STEP, DotProducts.PAIRS_STRIDE, Short.BYTES);
    }

    static Stream<InstructionSet> sets() {
        return setsOf(WeightType.BF16);
    }

    @Override
    void assertMultiply(MachineCode code, int rows, int inputs, Memory memory) {
        boolean atTheEnd = random.nextBoolean();
        int room = (rows + 31) / 32 * 32;
        MemorySegment values = memory.values.bytes((room - 1L) * DotProducts.PAIRS_STRIDE + 2L * inputs, atTheEnd);
        MemorySegment weights = memory.weights.bytes(inputs * 64L, atTheEnd);
        MemorySegment sums = memory.sums.bytes(room * 128L, atTheEnd);
        fill(values);
        fill(weights);
        float[] before = new float[room * 32];
        for (int i = 0; i < before.length; i++) {
            before[i] = i % 3 * random.nextFloat();
            sums.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L, before[i]);
        }

        code.multiplyPairs(rows, inputs, values, 0, weights, 0, ahead(weights), sums);

        PairOrder order = code.pairOrder().orElseThrow();
        float[] x = new float[inputs];
        float[] w = new float[32 * inputs];
        for (int place = 0; place < inputs; place++) {
            for (int output = 0; output < 32; output++) {
                w[output * inputs + order.input(place)] =
                        number(weights, (place / 2 * 32L + output) * 4 + place % 2 * 2L);
            }
        }
        for (int row = 0; row < rows; row++) {
            for (int place = 0; place < inputs; place++) {
                x[order.input(place)] = number(values, (long) row * DotProducts.PAIRS_STRIDE + 2L * place);
            }
            for (int output = 0; output < 32; output++) {
                float expected = before[row * 32 + output];
                for (int step = 0; step < inputs; step += 32) {
                    float even = 0;
                    float odd = 0;
                    for (int k = step; k < step + 32; k += 2) {
                        even = Math.fma(x[k], w[output * inputs + k], even);
                        odd = Math.fma(x[k + 1], w[output * inputs + k + 1], odd);
                    }
                    expected += even + odd;
                }
                float found = sums.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (row * 32 + output) * 4L);
                if (Float.compare(expected, found) != 0) {
                    assertEquals(expected, found, rows + " x " + inputs + ", row " + row + ", output " + output);
                }
            }
        }
    }

    private void fill(MemorySegment memory) {
        int size = (int) (memory.byteSize() / Short.BYTES);
        int from = random.nextInt(POOL.length - size);
        MemorySegment.copy(POOL, from, memory, ValueLayout.JAVA_SHORT_UNALIGNED, 0, size);
    }

    private static float number(MemorySegment memory, long at) {
        return Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) << 16);
    }

    @Test
    void refusesMemoryThatIsTooSmall() {
        InstructionSet set =
                USABLE.contains(InstructionSet.AMX_BF16) ? InstructionSet.AMX_BF16 : InstructionSet.AVX512_BF16;
        assumeTrue(USABLE.contains(set), "no bf16 here");
        try (MachineCode code = new MachineCode(set);
                Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(31L * DotProducts.PAIRS_STRIDE + 64);
            MemorySegment weights = arena.allocate(32L * 64);
            MemorySegment sums = arena.allocate(32L * 128);
            code.multiplyPairs(32, 32, values, 0, weights, 0, MemorySegment.NULL, sums);

            assertOutOfBounds(code, 1, values.asSlice(1), 0, weights, 0, sums);
            assertOutOfBounds(code, 1, values, 0, weights.asSlice(1), 0, sums);
            assertOutOfBounds(code, 1, values, 0, weights, 0, sums.asSlice(1));
            assertOutOfBounds(code, 1, values, 1, weights, 0, sums);
            assertOutOfBounds(code, 1, values, 0, weights, -1, sums);
            assertOutOfBounds(code, 33, values, 0, weights, 0, sums);
            for (int inputs : new int[] {0, 16, 48, 1056}) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> code.multiplyPairs(1, inputs, values, 0, weights, 0, MemorySegment.NULL, sums));
            }
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> code.multiply(1, 64, values, 0, weights, 0, MemorySegment.NULL, sums));
        }
    }

    private static void assertOutOfBounds(
            MachineCode code,
            int rows,
            MemorySegment values,
            long valuesAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment sums) {
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> code.multiplyPairs(rows, 32, values, valuesAt, weights, weightsAt, MemorySegment.NULL, sums));
    }
}
