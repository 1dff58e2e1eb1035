package org.clipjava.kernel;

/**
 * What flows through a network: M rows of some columns, one row a token.
 *
 * <p>Columns are cut into blocks of 1,024, and within a block the rows lie one after the other, {@link #STRIDE} apart
 * whatever the number of columns: [⌈columns / 1,024⌉, M, STRIDE], and room for a few rows behind. The stride is a constant so that a kernel addresses
 * twelve rows through one register, and is no power of two so that they do not fall upon each other in the cache.
 *
 * @param values at least {@link #size}
 * @param rows M
 * @param columns of each row
 */
public record Activations(float[] values, int rows, int columns) {
    /** Columns in a block. A block of a weight's panel, 128 kB of floats, fits a second-level cache. */
    static final int BLOCK = 1024;

    /** Distance between two rows of a block: 65 lines of 64 bytes. */
    static final int STRIDE = BLOCK + 16;

    /** Rows behind the last that a tile may read, whatever they hold: no tile is taller. */
    static final int ROWS_BEHIND = 12;

    public Activations {
        if (rows < 0 || columns < 1 || values.length < size(rows, columns)) {
            throw new IllegalArgumentException(rows + " x " + columns + " activations in an array of " + values.length);
        }
    }

    /** Activations of their own, all zero. */
    public static Activations zeros(int rows, int columns) {
        return new Activations(new float[size(rows, columns)], rows, columns);
    }

    /** How long an array has to be. */
    public static int size(int rows, int columns) {
        int blocks = Math.ceilDiv(columns, BLOCK);
        return Math.multiplyExact(Math.addExact(Math.multiplyExact(blocks, rows), ROWS_BEHIND), STRIDE);
    }

    /** Where an element stands. Columns of the same block stand side by side. */
    int index(int row, int column) {
        return (column / BLOCK * rows + row) * STRIDE + column % BLOCK;
    }

    /** Copies {@code count} columns of a row, from {@code column} on, to {@code out[offset]} and after. */
    public void read(int row, int column, int count, float[] out, int offset) {
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, BLOCK - (column + done) % BLOCK);
            System.arraycopy(values, index(row, column + done), out, offset + done, part);
            done += part;
        }
    }

    /** Copies {@code count} values, from {@code in[offset]} on, to columns of a row from {@code column} on. */
    public void write(float[] in, int offset, int row, int column, int count) {
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, BLOCK - (column + done) % BLOCK);
            System.arraycopy(in, offset + done, values, index(row, column + done), part);
            done += part;
        }
    }

    /** Adds {@code count} values, from {@code in[offset]} on, to a row from its start on. */
    public void add(float[] in, int offset, int row, int count) {
        for (int done = 0; done < count; done += BLOCK) {
            int at = index(row, done);
            int part = Math.min(count - done, BLOCK);
            for (int i = 0; i < part; i++) {
                values[at + i] += in[offset + done + i];
            }
        }
    }

    /** Copies row {@code from} of {@code source} to row {@code row}. */
    public void copyRow(int row, Activations source, int from) {
        for (int column = 0; column < columns; column += BLOCK) {
            int part = Math.min(BLOCK, columns - column);
            System.arraycopy(source.values, source.index(from, column), values, index(row, column), part);
        }
    }
}
