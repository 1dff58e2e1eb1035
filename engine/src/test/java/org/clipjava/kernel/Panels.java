package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.clipjava.config.WeightType;
import org.clipjava.weights.PanelMatrix;

/** Puts row-major weights into panels, by the definition in {@code docs/model-file.md} and nothing faster. */
public final class Panels {
    private Panels() {}

    /**
     * In native memory, as a model's weights are.
     *
     * @param values [O, K]
     */
    public static PanelMatrix of(WeightType type, float[] values, int outputs, int inputs) {
        int panels = Math.ceilDiv(outputs, PanelMatrix.WIDTH);
        int bytes = type.dtype().bits() / 8;
        long perPanel = type == WeightType.INT8
                ? ((inputs + 63) / 64 * 16 + 1) * 128L
                : (long) inputs * PanelMatrix.WIDTH * bytes;
        MemorySegment data = Arena.ofAuto().allocate(panels * perPanel, 64);
        boolean scaled = type == WeightType.Q8 || type == WeightType.INT8;
        float[] scales = new float[scaled ? outputs : 0];
        for (int o = 0; o < outputs; o++) {
            float largest = Float.MIN_NORMAL;
            for (int k = 0; k < inputs; k++) {
                largest = Math.max(largest, Math.abs(values[o * inputs + k]));
            }
            if (scaled) {
                scales[o] = largest / 127;
            }
            for (int k = 0; k < inputs; k++) {
                float value = values[o * inputs + k];
                long index = ((long) (o / 32) * inputs + k) * 32 + position(type, o % 32);
                switch (type) {
                    case F32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
                    case F16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16(value));
                    case BF16 ->
                        data.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) (Float.floatToIntBits(value) >>> 16));
                    case Q8 -> data.set(ValueLayout.JAVA_BYTE, index, (byte) Math.rint(value / scales[o]));
                    case INT8 -> {
                        int weight = (int) Math.rint(value / scales[o]);
                        long panel = o / 32 * perPanel;
                        data.set(ValueLayout.JAVA_BYTE, panel + k / 4 * 128L + o % 32 * 4L + k % 4, (byte) weight);
                        long sum = panel + perPanel - 128 + o % 32 * 4L;
                        data.set(ValueLayout.JAVA_INT, sum, data.get(ValueLayout.JAVA_INT, sum) + weight);
                    }
                }
            }
        }
        return new PanelMatrix("test", type, outputs, inputs, data, scales);
    }

    private static int position(WeightType type, int j) {
        boolean pairs = type == WeightType.F16 || type == WeightType.BF16;
        return pairs ? j % 16 * 2 + j / 16 : j;
    }

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new AssertionError("the test writes native order, the file is little-endian");
        }
    }
}
