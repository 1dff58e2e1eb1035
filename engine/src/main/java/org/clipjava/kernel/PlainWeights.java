package org.clipjava.kernel;

import static org.clipjava.weights.PanelMatrix.GROUP;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.clipjava.config.WeightType;
import org.clipjava.weights.PanelMatrix;

/** Unpacks panels into a row for each input: loops over long rows are what the JVM makes vectors of by itself. */
final class PlainWeights {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private PlainWeights() {}

    /**
     * Reads some inputs of some panels, without scales.
     *
     * @param firstInput a multiple of {@link PanelMatrix#GROUP}
     * @param rows takes [inputs, 32 · panels], the 32 outputs of a panel in the order of {@link #output}
     */
    static void read(
            PanelMatrix weight,
            int firstPanel,
            int panels,
            int firstInput,
            int inputs,
            float[][] rows,
            Scratch scratch) {
        int size = inputs * WIDTH;
        float[] values = scratch.floats(0, Math.ceilDiv(inputs, GROUP) * GROUP * WIDTH);
        for (int panel = 0; panel < panels; panel++) {
            long from = weight.offset(firstPanel + panel)
                    + (long) firstInput * WIDTH * weight.type().dtype().bits() / Byte.SIZE;
            switch (weight.type()) {
                case F32 -> MemorySegment.copy(weight.data(), FLOAT, from, values, 0, size);
                case F16 -> widenF16(shorts(weight.data(), from, size, scratch), values, size);
                case BF16 -> widenBf16(shorts(weight.data(), from, size, scratch), values, size);
                case Q8 -> widenQ8(bytes(weight.data(), from, size, scratch), values, size);
                case INT8 ->
                    widenInt8(
                            bytes(weight.data(), from, Math.ceilDiv(inputs, GROUP) * GROUP * WIDTH, scratch),
                            values,
                            inputs);
            }
            for (int k = 0; k < inputs; k++) {
                System.arraycopy(values, k * WIDTH, rows[k], panel * WIDTH, WIDTH);
            }
        }
    }

    /** Where output {@code j} of a panel stands among its 32. */
    static int output(WeightType type, int j) {
        return type == WeightType.INT8 ? j : PanelMatrix.position(type, j);
    }

    private static short[] shorts(MemorySegment data, long from, int size, Scratch scratch) {
        short[] shorts = scratch.shorts(size);
        MemorySegment.copy(data, SHORT, from, shorts, 0, size);
        return shorts;
    }

    private static byte[] bytes(MemorySegment data, long from, int size, Scratch scratch) {
        byte[] bytes = scratch.bytes(size);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, bytes, 0, size);
        return bytes;
    }

    private static void widenF16(short[] halves, float[] out, int size) {
        for (int i = 0; i < size; i++) {
            out[i] = Float.intBitsToFloat(((halves[i] << 16) >> 3) & Widening.HALF_BITS) * Widening.HALF_SCALE;
        }
    }

    private static void widenBf16(short[] halves, float[] out, int size) {
        for (int i = 0; i < size; i++) {
            out[i] = Float.intBitsToFloat(halves[i] << 16);
        }
    }

    private static void widenQ8(byte[] bytes, float[] out, int size) {
        for (int i = 0; i < size; i++) {
            out[i] = bytes[i];
        }
    }

    private static void widenInt8(byte[] bytes, float[] out, int inputs) {
        for (int k = 0; k < inputs; k++) {
            int group = k / GROUP * GROUP * WIDTH + k % GROUP;
            for (int j = 0; j < WIDTH; j++) {
                out[k * WIDTH + j] = bytes[group + j * GROUP];
            }
        }
    }
}
