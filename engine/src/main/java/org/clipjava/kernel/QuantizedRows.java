package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.clipjava.weights.PanelMatrix;

/**
 * Rows of activations, each rounded to 256 levels of its own: {@code x ≈ (level - zero) · step}, where the level that stands for zero is
 * exact.
 *
 * <p>The levels lie as {@link Activations} do, a byte each: [⌈K / 1,024⌉, M, {@link #STRIDE}], inputs filled up with zeros to a
 * multiple of 64, and {@link DotProducts#ROWS_STEP} rows behind the last. Grown when more is asked for and kept between calls; what it
 * holds is whatever was last there.
 */
final class QuantizedRows {
    /** Bytes from one row of a block to the next: 17 lines of 64 bytes, as in {@link DotProducts}. */
    static final int STRIDE = DotProducts.STRIDE;

    /** What a byte can tell apart. */
    static final int LEVELS = 255;

    private MemorySegment bytes = MemorySegment.NULL;
    private float[] floats = {};
    private float[] steps = {};
    private int[] zeros = {};
    private int rows;
    private int columns;

    /** Takes the shape of some rows: the levels are stored as bytes or as floats. */
    void resize(int rows, int columns, boolean asBytes) {
        this.rows = rows;
        this.columns = columns;
        if (steps.length < rows) {
            steps = new float[rows];
            zeros = new int[rows];
        }
        if (asBytes) {
            int blocks = Math.ceilDiv(columns, Activations.BLOCK);
            long size = ((long) blocks * rows + DotProducts.ROWS_STEP) * STRIDE;
            if (bytes.byteSize() < size) {
                bytes = Arena.ofAuto().allocate(size, 64);
            }
        } else {
            int size = Activations.size(rows, columns);
            floats = floats.length < size ? new float[size] : floats;
        }
    }

    /**
     * Sets what the levels of a row mean.
     *
     * @param least of the row's values, at most 0
     * @param largest of the row's values, at least 0
     */
    void setRange(int row, float least, float largest) {
        float step = step(least, largest);
        steps[row] = step;
        zeros[row] = zero(least, step);
    }

    float step(int row) {
        return steps[row];
    }

    int zero(int row) {
        return zeros[row];
    }

    /** The levels as bytes. */
    MemorySegment bytes() {
        return bytes;
    }

    /** Where a level stands among the bytes. */
    long index(int row, int column) {
        return ((long) (column / Activations.BLOCK) * rows + row) * STRIDE + column % Activations.BLOCK;
    }

    /** The levels as floats. */
    Activations floats() {
        return new Activations(floats, rows, columns);
    }

    /** How many inputs the bytes are filled up to. */
    static int filled(int columns) {
        return Math.ceilDiv(columns, PanelMatrix.INPUTS_STEP) * PanelMatrix.INPUTS_STEP;
    }

    /** The distance of two levels, such that 255 of them reach from the least value to the largest; NaN if a value is. */
    static float step(float least, float largest) {
        return Math.max(largest / LEVELS - least / LEVELS, Float.MIN_NORMAL);
    }

    /** The level of zero. */
    static int zero(float least, float step) {
        return (int) (-least * (1 / step) + 0.5f);
    }

    /** The level of a value. */
    static int level(float value, float step, int zero) {
        return Math.clamp((int) (value * (1 / step) + (zero + 0.5f)), 0, LEVELS);
    }
}
