package org.clipjava.modelfile;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor that a model file has, as whoever writes one has to give it. Immutable and thread-safe.
 *
 * @param name in the file
 * @param storage how the file keeps it
 * @param shape of the values that are given, row-major: [O, K] for a matrix, whatever order the file keeps it in
 */
public record TensorSpec(String name, Storage storage, List<Integer> shape) {

    /** How the file keeps a tensor. */
    public enum Storage {
        /** The weight of a linear layer, in the file's weight type, in panels. */
        MATRIX,
        /** Embeddings that are looked up, in the file's weight type, row by row. */
        TABLE,
        /** Always F32, row-major. */
        FLOATS
    }

    static TensorSpec matrix(String name, int outputs, int inputs) {
        return new TensorSpec(name, Storage.MATRIX, List.of(outputs, inputs));
    }

    static TensorSpec table(String name, int rows, int columns) {
        return new TensorSpec(name, Storage.TABLE, List.of(rows, columns));
    }

    static TensorSpec floats(String name, int... shape) {
        return new TensorSpec(name, Storage.FLOATS, Arrays.stream(shape).boxed().toList());
    }

    /** Rows of a matrix or table; 1 for a vector or a scalar. */
    public int rows() {
        return shape.size() < 2 ? 1 : shape.getFirst();
    }

    /** Length of a row. */
    public int columns() {
        return shape.isEmpty() ? 1 : shape.getLast();
    }
}
