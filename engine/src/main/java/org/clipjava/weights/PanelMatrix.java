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
 * widened to two floats of neighbouring lanes by a shift and a mask. INT8 stands in fours: four inputs of output j side by side, as
 * instructions for dot products want them, inputs filled up with zeros to a multiple of 64; and behind a panel's weights is the sum
 * of each output's, an int. Thread-safe: nothing writes to its memory.
 *
 * @param name of the tensor, for messages
 * @param type how an element is stored
 * @param outputs O
 * @param inputs K
 * @param data [⌈O / 32⌉, K, 32], little-endian; for {@link WeightType#INT8} [⌈O / 32⌉, 16 · ⌈K / 64⌉ + 1, 32, 4]
 * @param scales one factor an output for {@link WeightType#Q8} and {@link WeightType#INT8}, empty for the others
 */
public record PanelMatrix(String name, WeightType type, int outputs, int inputs, MemorySegment data, float[] scales) {
    /** Outputs in a panel: two vectors of 512 bits, and a multiple of all others. */
    public static final int WIDTH = 32;

    /** Inputs of an output that stand side by side in INT8. */
    public static final int GROUP = 4;

    /** INT8 has a multiple of so many inputs, those beyond K zero. */
    public static final int INPUTS_STEP = 64;

    /** Inputs that INT8 has at the most: a sum of so many products of eight bits is an int. */
    public static final int MAX_INT8_INPUTS = 65_536;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
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
        if (type == WeightType.INT8 && inputs > MAX_INT8_INPUTS) {
            throw new IllegalArgumentException(
                    "int8: expected at most " + MAX_INT8_INPUTS + " inputs, found " + inputs + "; use q8");
        }
        long bytes = Math.ceilDiv(outputs, WIDTH) * bytesPerPanel(type, inputs);
        if (data.byteSize() != bytes || scales.length != (type.isScaled() ? outputs : 0)) {
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
     * Where output {@code j} of a panel stands among the 32 values of an input; for INT8 among the 128 of four.
     *
     * @param j 0 to 31
     */
    public static int position(WeightType type, int j) {
        return switch (type) {
            case F32, Q8 -> j;
            case F16, BF16 -> j < WIDTH / 2 ? 2 * j : 2 * j - WIDTH + 1;
            case INT8 -> GROUP * j;
        };
    }

    /** Where output {@code j}'s weight of input {@code k} stands in a panel, in elements. */
    public static int place(WeightType type, int k, int j) {
        return type == WeightType.INT8
                ? k / GROUP * GROUP * WIDTH + position(type, j) + k % GROUP
                : k * WIDTH + position(type, j);
    }

    /** The sum of an output's weights, without its scale, as INT8 has it. */
    public int sum(int output) {
        return data.get(INT, sumsOffset(output / WIDTH) + (long) output % WIDTH * Integer.BYTES);
    }

    /** Byte offset of the sums of a panel's outputs, 32 ints, in INT8. */
    public long sumsOffset(int panel) {
        return offset(panel + 1) - WIDTH * (long) Integer.BYTES;
    }

    /** Copies a panel of int8, without scales, to {@code out}, [K, 32]. */
    public void readPanel(int panel, byte[] out) {
        for (int k = 0; k < inputs; k++) {
            for (int j = 0; j < WIDTH; j++) {
                out[k * WIDTH + j] = data.get(ValueLayout.JAVA_BYTE, offset(panel) + place(type, k, j));
            }
        }
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
        if (type.isScaled()) {
            System.arraycopy(scales, panel * WIDTH, factors, 0, width(panel));
        }
        for (int j = 0; j < WIDTH; j++) {
            for (int k = 0; k < inputs; k++) {
                out[k * WIDTH + j] = factors[j] * element(offset, place(type, k, j));
            }
        }
    }

    private float element(long offset, int index) {
        return switch (type) {
            case F32 -> data.get(FLOAT, offset + 4L * index);
            case F16 -> Float.float16ToFloat(data.get(SHORT, offset + 2L * index));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, offset + 2L * index) << 16);
            case Q8, INT8 -> data.get(ValueLayout.JAVA_BYTE, offset + index);
        };
    }

    /** Bytes of a panel's weights, and of the sums behind them where there are such. */
    public static long bytesPerPanel(WeightType type, int inputs) {
        if (type == WeightType.INT8) {
            int filled = Math.ceilDiv(inputs, INPUTS_STEP) * INPUTS_STEP;
            return (long) filled * WIDTH + WIDTH * (long) Integer.BYTES;
        }
        return (long) inputs * WIDTH * type.dtype().bits() / Byte.SIZE;
    }
}
