package org.clipjava.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.clipjava.config.WeightType;

/**
 * The weight of a linear layer as the file stores it: in panels of 32 outputs side by side, input by input, so that a
 * kernel reads memory strictly forwards.
 *
 * <p>Panel p holds outputs 32p to 32p + 31; those beyond O are zero. Within the 32 values of an input, F32 and Q8 stand in
 * the order of the outputs. The 16-bit types stand in pairs, output j beside output j + 16: read as an int, the pair is
 * widened to two floats of neighbouring lanes by a shift and a mask. Thread-safe: nothing writes to its memory.
 *
 * @param name of the tensor, for messages
 * @param type how an element is stored
 * @param outputs O
 * @param inputs K
 * @param data [⌈O / 32⌉, K, 32], little-endian
 * @param scales one factor an output for {@link WeightType#Q8}, empty for the others
 */
public record PanelMatrix(String name, WeightType type, int outputs, int inputs, MemorySegment data, float[] scales) {
    /** Outputs in a panel: two vectors of 512 bits, and a multiple of all others. */
    public static final int WIDTH = 32;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * A matrix.
     *
     * @throws IllegalArgumentException if data or scales are not of its size
     */
    public PanelMatrix {
        if (outputs < 1 || inputs < 1) {
            throw new IllegalArgumentException("a matrix of " + outputs + " x " + inputs);
        }
        long bytes = Math.ceilDiv(outputs, WIDTH) * bytesPerPanel(type, inputs);
        if (data.byteSize() != bytes || scales.length != (type == WeightType.Q8 ? outputs : 0)) {
            throw new IllegalArgumentException("[" + outputs + ", " + inputs + "] " + type + " needs " + bytes
                    + " bytes, found " + data.byteSize() + " and " + scales.length + " scales");
        }
    }

    /** The same weight in other memory, which holds the same bytes or is about to. */
    public PanelMatrix in(MemorySegment memory) {
        return new PanelMatrix(name, type, outputs, inputs, memory, scales);
    }

    /** How many panels there are: ⌈O / 32⌉. */
    public int panels() {
        return Math.ceilDiv(outputs, WIDTH);
    }

    /** Byte offset of a panel. */
    public long offset(int panel) {
        return panel * bytesPerPanel(type, inputs);
    }

    /** Outputs in a panel: 32, but fewer in the last one where O is no multiple of 32. */
    public int width(int panel) {
        return Math.min(WIDTH, outputs - panel * WIDTH);
    }

    /**
     * Where output {@code j} of a panel stands among the 32 values of an input.
     *
     * @param j 0 to 31
     */
    public static int position(WeightType type, int j) {
        return switch (type) {
            case F32, Q8 -> j;
            case F16, BF16 -> j < WIDTH / 2 ? 2 * j : 2 * j - WIDTH + 1;
        };
    }

    /** Copies a panel, widened to float and with its outputs in order, to {@code out}, [K, 32]. */
    public void readPanel(int panel, float[] out) {
        int size = inputs * WIDTH;
        long offset = offset(panel);
        if (type == WeightType.F32) {
            MemorySegment.copy(data, FLOAT, offset, out, 0, size);
            return;
        }
        float[] factors = new float[WIDTH];
        Arrays.fill(factors, 1f);
        if (type == WeightType.Q8) {
            System.arraycopy(scales, panel * WIDTH, factors, 0, width(panel));
        }
        for (int j = 0; j < WIDTH; j++) {
            for (int k = 0; k < inputs; k++) {
                out[k * WIDTH + j] = factors[j] * element(offset, k * WIDTH + position(type, j));
            }
        }
    }

    private float element(long offset, int index) {
        return switch (type) {
            case F32 -> data.get(FLOAT, offset + 4L * index);
            case F16 -> Float.float16ToFloat(data.get(SHORT, offset + 2L * index));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, offset + 2L * index) << 16);
            case Q8 -> data.get(ValueLayout.JAVA_BYTE, offset + index);
        };
    }

    private static long bytesPerPanel(WeightType type, int inputs) {
        return (long) inputs * WIDTH * type.dtype().bits() / Byte.SIZE;
    }
}
