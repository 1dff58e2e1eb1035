package org.clipjava.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** The seam for machine code, with the definition behind it. */
class DotProductsKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return Kernels.vector(false, new Defined());
    }

    /** Touches all the memory that an implementation may touch. */
    private static final class Defined implements DotProducts {
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
                        sum += level
                                * weights.get(ValueLayout.JAVA_BYTE, weightsAt + k / 4 * 128L + output * 4L + k % 4);
                    }
                    sums.set(ValueLayout.JAVA_INT, at, sum);
                }
            }
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
