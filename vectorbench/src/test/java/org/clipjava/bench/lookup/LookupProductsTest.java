package org.clipjava.bench.lookup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Test;

class LookupProductsTest {
    @Test
    void addsTheExactDotProductsWhereEntriesAreExact() {
        int rows = 7;
        int inputs = 448;
        int outputs = PanelMatrix.WIDTH;
        SplittableRandom random = new SplittableRandom(4);
        int[] expected = new int[rows * outputs];
        try (Arena arena = Arena.ofConfined();
                LookupProducts products = new LookupProducts(new LookupSetting(8, LookupSetting.EXACT_BITS))) {
            MemorySegment levels = random(random, arena.allocate((long) DotProducts.ROWS_STEP * DotProducts.STRIDE));
            MemorySegment weights = random(random, arena.allocate(64 + (long) inputs * outputs));
            MemorySegment sums = arena.allocate((long) DotProducts.ROWS_STEP * outputs * Integer.BYTES, Integer.BYTES);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = random.nextInt(1000);
                sums.setAtIndex(ValueLayout.JAVA_INT, i, expected[i]);
                for (int k = 0; k < inputs; k++) {
                    int level = levels.get(ValueLayout.JAVA_BYTE, i / outputs * DotProducts.STRIDE + k) & 0xff;
                    int place = PanelMatrix.place(WeightType.INT8, k, i % outputs);
                    expected[i] += level * weights.get(ValueLayout.JAVA_BYTE, 64 + place);
                }
            }

            products.multiply(rows, inputs, levels, 0, weights, 64, MemorySegment.NULL, sums);

            int[] found =
                    sums.asSlice(0, (long) expected.length * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
            assertArrayEquals(expected, found);
        }
    }

    private static MemorySegment random(SplittableRandom random, MemorySegment segment) {
        for (long i = 0; i < segment.byteSize(); i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return segment;
    }
}
