package org.clipjava.safetensors;

import java.util.List;

/**
 * What the header says of one tensor. Immutable and thread-safe.
 *
 * @param shape row-major; empty for a scalar
 * @param begin first byte, counted from the start of the data section
 * @param end one past the last byte, counted likewise
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
    /**
     * A tensor.
     *
     * @throws IllegalArgumentException if the bytes are not as many as type and shape take
     */
    public TensorInfo {
        shape = List.copyOf(shape);
        long bytes = dtype.bytes(shape);
        if (begin < 0 || begin > end) {
            throw new IllegalArgumentException("data_offsets [" + begin + ", " + end + "] end before they begin");
        }
        if (end - begin != bytes) {
            throw new IllegalArgumentException("data_offsets [%d, %d] span %d bytes, but %s %s takes %d"
                    .formatted(begin, end, end - begin, dtype, shape, bytes));
        }
    }

    /** Size in bytes. */
    public long bytes() {
        return end - begin;
    }

    /** Number of elements; 1 for a scalar. */
    public long elements() {
        return DType.elements(shape);
    }

    /** Type and shape as messages show them: {@code F32 [512, 768]}. */
    public String typeAndShape() {
        return dtype + " " + shape;
    }
}
