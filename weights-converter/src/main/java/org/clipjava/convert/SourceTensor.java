package org.clipjava.convert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clipjava.modelfile.RowSource;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;

/**
 * A tensor in a checkpoint: a view of bytes that stay in the file.
 *
 * @param file what messages call the file
 * @param name under which the file has it; a part of a tensor is called so too
 * @param strides of each dimension, in elements
 * @param offset of the first element in the data, in elements
 */
record SourceTensor(
        String file, String name, DType dtype, List<Long> shape, List<Long> strides, long offset, Data data) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Gives the bytes when they are wanted, and refuses those that are damaged. */
    interface Data {
        MemorySegment bytes() throws ModelFormatException;
    }

    /** A tensor whose elements follow one another, the first index counting fastest. */
    static SourceTensor columnMajor(String file, String name, DType dtype, List<Long> shape, Data data) {
        return new SourceTensor(
                file, name, dtype, shape, rowMajor(shape.reversed()).reversed(), 0, data);
    }

    /** A tensor whose elements follow one another. */
    static SourceTensor rowMajor(String file, String name, DType dtype, List<Long> shape, Data data) {
        return new SourceTensor(file, name, dtype, shape, rowMajor(shape), 0, data);
    }

    private static List<Long> rowMajor(List<Long> shape) {
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (long dimension : shape.reversed()) {
            strides.add(stride);
            stride *= dimension;
        }
        return strides.reversed();
    }

    /** Number of elements; 1 for a scalar. */
    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Type and shape as messages show them: {@code F32 [512, 768]}. */
    String typeAndShape() {
        return dtype + " " + shape;
    }

    /** [K, O] as [O, K]; nothing is moved. */
    SourceTensor transposed() {
        return new SourceTensor(
                file, name + " (transposed)", dtype, shape.reversed(), strides.reversed(), offset, data);
    }

    /** Rows {@code part}·n to {@code part}·n + n - 1 of [parts·n, …]. */
    SourceTensor part(int part, int parts) {
        long rows = shape.getFirst() / parts;
        List<Long> partShape = new ArrayList<>(shape);
        partShape.set(0, rows);
        return new SourceTensor(
                file, name, dtype, List.copyOf(partShape), strides, offset + part * rows * strides.getFirst(), data);
    }

    /** The first rows of [more, …]. */
    SourceTensor firstRows(long rows) {
        return rows(0, rows);
    }

    /** Rows {@code from} to {@code from + rows - 1} of [more, …]. */
    SourceTensor rows(long from, long rows) {
        List<Long> fewer = new ArrayList<>(shape);
        fewer.set(0, rows);
        return new SourceTensor(
                file, name, dtype, List.copyOf(fewer), strides, offset + from * strides.getFirst(), data);
    }

    /** [rows, …] of F32 with the one row of [1, …] added to each; both are read at once. */
    SourceTensor plus(SourceTensor row) throws ModelFormatException {
        float[] values = new float[Math.toIntExact(elements())];
        float[] added = new float[Math.toIntExact(row.elements())];
        read(0, values);
        row.read(0, added);
        for (int i = 0; i < values.length; i++) {
            values[i] += added[i % added.length];
        }
        return replaced(shape, values);
    }

    /** F32 with each row multiplied by a factor; all is read at once. */
    SourceTensor scaled(double[] factors) throws ModelFormatException {
        float[] values = new float[Math.toIntExact(elements())];
        read(0, values);
        int row = values.length / factors.length;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factors[i / row]);
        }
        return replaced(shape, values);
    }

    /** [rows, columns] of F32 with a row of zeros before the first; all is read at once. */
    SourceTensor behindZeros() throws ModelFormatException {
        float[] values = new float[Math.toIntExact(elements())];
        read(0, values);
        int width = Math.toIntExact(shape.getLast());
        float[] all = new float[Math.addExact(values.length, width)];
        System.arraycopy(values, 0, all, width, values.length);
        return replaced(List.of(shape.getFirst() + 1, shape.getLast()), all);
    }

    /** The same place in a checkpoint with other values. */
    SourceTensor replaced(List<Long> otherShape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        MemorySegment segment = MemorySegment.ofArray(bytes.array());
        return rowMajor(file, name, DType.F32, otherShape, () -> segment);
    }

    /** [1, …] as […]. */
    SourceTensor withoutFirst() {
        return new SourceTensor(
                file, name, dtype, shape.subList(1, shape.size()), strides.subList(1, strides.size()), offset, data);
    }

    /** Its dimensions in another order: {@code order[0]} comes first; nothing is moved. */
    SourceTensor permuted(int... order) {
        return viewed(
                Arrays.stream(order).mapToObj(shape::get).toList(),
                Arrays.stream(order).mapToObj(strides::get).toList());
    }

    /**
     * A dimension as several: […, A·B, …] as […, A, B, …].
     *
     * @param sizes whose product is that of the dimension
     */
    SourceTensor split(int dimension, long... sizes) {
        List<Long> splitShape = new ArrayList<>(shape);
        List<Long> splitStrides = new ArrayList<>(strides);
        long stride = splitStrides.remove(dimension);
        splitShape.remove(dimension);
        for (int i = sizes.length - 1; i >= 0; i--) {
            splitShape.add(dimension, sizes[i]);
            splitStrides.add(dimension, stride);
            stride *= sizes[i];
        }
        return viewed(splitShape, splitStrides);
    }

    /**
     * Two dimensions that follow one another as one: […, A, B, …] as […, A·B, …].
     *
     * @param first of the two
     * @throws ModelFormatException if the elements do not lie so
     */
    SourceTensor merged(int first) throws ModelFormatException {
        if (strides.get(first) != shape.get(first + 1) * strides.get(first + 1)) {
            throw new ModelFormatException(
                    "%s: %s: expected elements in C's order, found them in Fortran's; save it again as %s"
                            .formatted(file, name, "numpy.ascontiguousarray makes it"));
        }
        List<Long> mergedShape = new ArrayList<>(shape);
        mergedShape.set(first, shape.get(first) * mergedShape.remove(first + 1));
        List<Long> mergedStrides = new ArrayList<>(strides);
        mergedStrides.remove(first);
        return viewed(mergedShape, mergedStrides);
    }

    private SourceTensor viewed(List<Long> otherShape, List<Long> otherStrides) {
        return new SourceTensor(file, name, dtype, List.copyOf(otherShape), List.copyOf(otherStrides), offset, data);
    }

    /** [1] as []. */
    SourceTensor scalar() {
        return new SourceTensor(file, name, dtype, List.of(), List.of(), offset, data);
    }

    /** Its values, for whoever writes a model file. */
    RowSource rows() {
        return new RowSource() {
            @Override
            public String name() {
                return file + ": " + name;
            }

            @Override
            public long elements() {
                return SourceTensor.this.elements();
            }

            @Override
            public void read(long first, float[] values) throws ModelFormatException {
                SourceTensor.this.read(first, values);
            }
        };
    }

    /**
     * Reads {@code values.length} elements, widened to float without loss; what is infinite or not a number as it is.
     *
     * @param first index of the first, row-major
     */
    void read(long first, float[] values) throws ModelFormatException {
        MemorySegment bytes = data.bytes();
        if (strides.equals(rowMajor(shape))) {
            readOn(bytes, offset + first, values);
        } else {
            readStrided(bytes, first, values);
        }
    }

    private void readOn(MemorySegment bytes, long from, float[] values) {
        if (dtype == DType.F32) {
            MemorySegment.copy(bytes, FLOAT, from * Float.BYTES, values, 0, values.length);
        } else {
            gather(bytes, from, 1, values, 0, values.length);
        }
    }

    /** Projections that are transposed lie like this, and all that JAX has. */
    private void readStrided(MemorySegment bytes, long first, float[] values) {
        int last = shape.size() - 1;
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        long[] steps = strides.stream().mapToLong(Long::longValue).toArray();
        long[] index = new long[sizes.length];
        long at = offset;
        long rest = first;
        for (int d = last; d >= 0; d--) {
            index[d] = rest % sizes[d];
            at += index[d] * steps[d];
            rest /= sizes[d];
        }
        for (int done = 0; done < values.length; ) {
            int run = (int) Math.min(values.length - done, sizes[last] - index[last]);
            gather(bytes, at, steps[last], values, done, run);
            done += run;
            index[last] += run;
            at += run * steps[last];
            for (int d = last; d > 0 && index[d] == sizes[d]; d--) {
                at += steps[d - 1] - sizes[d] * steps[d];
                index[d] = 0;
                index[d - 1]++;
            }
        }
    }

    private void gather(MemorySegment bytes, long from, long step, float[] values, int first, int count) {
        switch (dtype) {
            case F32 -> {
                for (int i = 0; i < count; i++) {
                    values[first + i] = bytes.get(FLOAT, (from + i * step) * Float.BYTES);
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    values[first + i] = Float.float16ToFloat(bytes.get(SHORT, (from + i * step) * Short.BYTES));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    values[first + i] = Float.intBitsToFloat(bytes.get(SHORT, (from + i * step) * Short.BYTES) << 16);
                }
            }
            default -> throw new IllegalStateException(name + " " + typeAndShape() + " is no float tensor");
        }
    }
}
