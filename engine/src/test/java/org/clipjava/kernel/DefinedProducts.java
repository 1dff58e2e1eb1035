package org.clipjava.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Optional;

/** By the definition. Touches all the memory that an implementation may touch. */
final class DefinedProducts implements DotProducts {
    private final Optional<PairOrder> order;

    /** @param order in which inputs of bf16 are wanted, if any are */
    DefinedProducts(Optional<PairOrder> order) {
        this.order = order;
    }

    @Override
    public String description() {
        return "defined";
    }

    @Override
    public void multiply(
            int rows,
            int inputs,
            MemorySegment levels,
            long levelsAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment ahead,
            MemorySegment sums) {
        int room = (rows + ROWS_STEP - 1) / ROWS_STEP * ROWS_STEP;
        Objects.checkFromIndexSize(levelsAt, (room - 1L) * STRIDE + inputs, levels.byteSize());
        if (inputs % 64 != 0 || inputs > MAX_INPUTS) {
            throw new IllegalArgumentException(inputs + " inputs");
        }
        for (int row = 0; row < room; row++) {
            for (int output = 0; output < 32; output++) {
                long at = (row * 32L + output) * Integer.BYTES;
                int sum = sums.get(ValueLayout.JAVA_INT, at);
                for (int k = 0; k < inputs && row < rows; k++) {
                    int level = levels.get(ValueLayout.JAVA_BYTE, levelsAt + (long) row * STRIDE + k) & 0xff;
                    sum += level * weights.get(ValueLayout.JAVA_BYTE, weightsAt + k / 4 * 128L + output * 4L + k % 4);
                }
                sums.set(ValueLayout.JAVA_INT, at, sum);
            }
        }
    }

    @Override
    public Optional<PairOrder> pairOrder() {
        return order;
    }

    @Override
    public void multiplyPairs(
            int rows,
            int inputs,
            MemorySegment values,
            long valuesAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment ahead,
            MemorySegment sums) {
        int room = (rows + ROWS_STEP - 1) / ROWS_STEP * ROWS_STEP;
        Objects.checkFromIndexSize(valuesAt, (room - 1L) * PAIRS_STRIDE + 2L * inputs, values.byteSize());
        if (inputs % 32 != 0 || inputs > MAX_INPUTS) {
            throw new IllegalArgumentException(inputs + " inputs");
        }
        for (int row = 0; row < room; row++) {
            for (int output = 0; output < 32; output++) {
                long at = (row * 32L + output) * Float.BYTES;
                float sum = sums.get(ValueLayout.JAVA_FLOAT, at);
                for (int step = 0; step < inputs && row < rows; step += 32) {
                    float[] x = new float[32];
                    float[] w = new float[32];
                    for (int place = 0; place < 32; place++) {
                        int input = order.orElseThrow().input(place);
                        x[input] = number(values, valuesAt + (long) row * PAIRS_STRIDE + 2L * (step + place));
                        long pair = (step + place) / 2 * 32L + output;
                        w[input] = number(weights, weightsAt + pair * 4 + place % 2 * 2L);
                    }
                    float even = 0;
                    float odd = 0;
                    for (int k = 0; k < 32; k += 2) {
                        even = Math.fma(x[k], w[k], even);
                        odd = Math.fma(x[k + 1], w[k + 1], odd);
                    }
                    sum += even + odd;
                }
                sums.set(ValueLayout.JAVA_FLOAT, at, sum);
            }
        }
    }

    private static float number(MemorySegment memory, long at) {
        return Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT, at) << 16);
    }

    @Override
    public void close() {
        // holds nothing
    }
}
