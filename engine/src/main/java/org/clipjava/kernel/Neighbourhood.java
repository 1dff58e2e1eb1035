package org.clipjava.kernel;

import java.util.Arrays;

/**
 * How near the patches of a grid are to each other: {@code e^(-distance² / 2σ²)}, distances in patches; 0 for the tokens before the
 * patches. Immutable.
 */
public final class Neighbourhood {
    private final int first;
    private final int rows;
    private final int columns;

    /** By the distance of rows, then by how far the other is to the right, from -(columns - 1) on: [rows, 2 · columns - 1]. */
    private final float[] nearness;

    /**
     * The patches of a grid, row by row.
     *
     * @param first how many tokens stand before them
     * @param sigma σ, in patches; above 0
     */
    public Neighbourhood(int first, int rows, int columns, double sigma) {
        this.first = first;
        this.rows = rows;
        this.columns = columns;
        int width = 2 * columns - 1;
        nearness = new float[Math.multiplyExact(rows, width)];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                double column = i - (columns - 1.0);
                nearness[row * width + i] =
                        (float) Math.exp(-((double) row * row + column * column) / (2 * sigma * sigma));
            }
        }
    }

    int tokens() {
        return first + rows * columns;
    }

    /** Writes how near a token is to each, [tokens]. */
    void write(int token, float[] out) {
        Arrays.fill(out, 0, first, 0f);
        if (token < first) {
            Arrays.fill(out, first, tokens(), 0f);
            return;
        }
        int row = (token - first) / columns;
        int column = (token - first) % columns;
        for (int other = 0; other < rows; other++) {
            int from = Math.abs(other - row) * (2 * columns - 1) + columns - 1 - column;
            System.arraycopy(nearness, from, out, first + other * columns, columns);
        }
    }
}
