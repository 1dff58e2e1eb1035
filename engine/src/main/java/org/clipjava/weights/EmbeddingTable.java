package org.clipjava.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.clipjava.config.WeightType;

/**
 * One embedding for each token, as the file stores them. Thread-safe: nothing writes to its memory.
 *
 * @param name of the tensor, for messages
 * @param type how an element is stored
 * @param rows V
 * @param columns W
 * @param data [V, W], row-major, little-endian
 * @param scales one factor a row for {@link WeightType#Q8}, empty for the others
 */
public record EmbeddingTable(String name, WeightType type, int rows, int columns, MemorySegment data, float[] scales) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * A table.
     *
     * @throws IllegalArgumentException if data or scales are not of its size
     */
    public EmbeddingTable {
        if (type.ofTables() != type) {
            throw new IllegalArgumentException("a table of " + type);
        }
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("a table of " + rows + " x " + columns);
        }
        long bytes = (long) rows * columns * type.dtype().bits() / Byte.SIZE;
        if (data.byteSize() != bytes || scales.length != (type == WeightType.Q8 ? rows : 0)) {
            throw new IllegalArgumentException("[" + rows + ", " + columns + "] " + type + " needs " + bytes
                    + " bytes, found " + data.byteSize() + " and " + scales.length + " scales");
        }
    }

    /** The same table in other memory, which holds the same bytes or is about to. */
    public EmbeddingTable in(MemorySegment memory) {
        return new EmbeddingTable(name, type, rows, columns, memory, scales);
    }

    /** Copies row {@code row}, widened to float, to {@code out[offset, offset + W)}. */
    public void readRow(int row, float[] out, int offset) {
        long first = (long) row * columns;
        switch (type) {
            case F32 -> MemorySegment.copy(data, FLOAT, first * 4, out, offset, columns);
            case F16 -> {
                for (int i = 0; i < columns; i++) {
                    out[offset + i] = Float.float16ToFloat(data.get(SHORT, (first + i) * 2));
                }
            }
            case BF16 -> {
                for (int i = 0; i < columns; i++) {
                    out[offset + i] = Float.intBitsToFloat(data.get(SHORT, (first + i) * 2) << 16);
                }
            }
            case Q8, INT8 -> {
                for (int i = 0; i < columns; i++) {
                    out[offset + i] = data.get(ValueLayout.JAVA_BYTE, first + i) * scales[row];
                }
            }
        }
    }
}
