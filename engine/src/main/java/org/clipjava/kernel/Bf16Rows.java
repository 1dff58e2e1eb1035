package org.clipjava.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Rows of activations, rounded to {@link Bf16}. They lie as {@link Activations} do, two bytes each: [⌈K / 1,024⌉, M, {@link
 * DotProducts#PAIRS_STRIDE}], inputs filled up with zeros to a multiple of 32, and {@link DotProducts#ROWS_STEP} rows behind the last.
 * Grown when more is asked for and kept between calls; what it holds is whatever was last there.
 */
final class Bf16Rows {
    private MemorySegment data = MemorySegment.NULL;
    private int rows;

    /** Takes the shape of some rows. */
    void resize(int rows, int columns) {
        this.rows = rows;
        int blocks = Math.ceilDiv(columns, Activations.BLOCK);
        long size = ((long) blocks * rows + DotProducts.ROWS_STEP) * DotProducts.PAIRS_STRIDE;
        if (data.byteSize() < size) {
            data = Arena.ofAuto().allocate(size, 64);
        }
    }

    MemorySegment data() {
        return data;
    }

    /** Where a number stands, in bytes, but for the order of pairs. */
    long index(int row, int column) {
        return ((long) (column / Activations.BLOCK) * rows + row) * DotProducts.PAIRS_STRIDE
                + (long) column % Activations.BLOCK * Short.BYTES;
    }

    /** How many inputs a row is filled up to. */
    static int filled(int columns) {
        return Math.ceilDiv(columns, Bf16.STEP) * Bf16.STEP;
    }
}
