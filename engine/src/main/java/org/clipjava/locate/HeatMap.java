package org.clipjava.locate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How well a label fits the cells of a grid that covers a picture: cosines, smoothed. Immutable and thread-safe. */
public final class HeatMap {
    /** A cell is cut into so many by so many for the edges of boxes. */
    private static final int FINE = 4;

    /** Where something is, the map is above its mean by this share of what its peak is above it. */
    private static final double LEVEL = 0.5;

    /** Smaller differences are roundings: the map is the same everywhere. */
    private static final double FLAT = 1e-6;

    private final int rows;
    private final int columns;
    private final double[] values;
    private final double mean;
    private final double peak;

    private HeatMap(int rows, int columns, double[] values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
        this.mean = Arrays.stream(values).average().orElseThrow();
        this.peak = Arrays.stream(values).max().orElseThrow();
    }

    /**
     * Smooths cosines by a quarter, a half and a quarter in each direction; beyond the edge they go on as at the edge.
     *
     * @param cosines [rows, columns]
     * @throws IllegalArgumentException if there are not so many
     */
    public static HeatMap of(int rows, int columns, double... cosines) {
        if (rows < 1 || columns < 1 || cosines.length != (long) rows * columns) {
            throw new IllegalArgumentException(
                    "expected " + rows + " x " + columns + " cosines, found " + cosines.length);
        }
        double[] across = new double[cosines.length];
        double[] smooth = new double[cosines.length];
        for (int i = 0; i < cosines.length; i++) {
            int start = i / columns * columns;
            int left = Math.max(i - 1, start);
            int right = Math.min(i + 1, start + columns - 1);
            across[i] = (cosines[left] + 2 * cosines[i] + cosines[right]) / 4;
        }
        for (int i = 0; i < cosines.length; i++) {
            int above = i < columns ? i : i - columns;
            int below = i + columns < cosines.length ? i + columns : i;
            smooth[i] = (across[above] + 2 * across[i] + across[below]) / 4;
        }
        return new HeatMap(rows, columns, smooth);
    }

    /** From the top. */
    public int rows() {
        return rows;
    }

    /** From the left. */
    public int columns() {
        return columns;
    }

    /** A copy, [rows, columns]. */
    public double[] toArray() {
        return values.clone();
    }

    /** The largest value. */
    public double peak() {
        return peak;
    }

    double value(int cell) {
        return values[cell];
    }

    /**
     * The value at a place, interpolated between the centres of cells.
     *
     * @param x share of the picture's width, 0 to 1
     * @param y share of the picture's height, 0 to 1
     */
    public double at(double x, double y) {
        double column = Math.clamp(x * columns - 0.5, 0, columns - 1);
        double row = Math.clamp(y * rows - 0.5, 0, rows - 1);
        int left = (int) column;
        int top = (int) row;
        int right = Math.min(left + 1, columns - 1);
        int bottom = Math.min(top + 1, rows - 1);
        double across = column - left;
        double down = row - top;
        double above = values[top * columns + left] * (1 - across) + values[top * columns + right] * across;
        double below = values[bottom * columns + left] * (1 - across) + values[bottom * columns + right] * across;
        return above * (1 - down) + below * down;
    }

    /**
     * The same as a share of what the peak is above the mean: 1 at the peak, at most 0 where it is no better than on average. Of a map that
     * is the same everywhere, 1: as well as the label fits anywhere, it fits the whole picture.
     */
    public double relative(double x, double y) {
        return peak - mean > FLAT ? (at(x, y) - mean) / (peak - mean) : 1;
    }

    /** Whether a place belongs to what the label is: it is nearer to the peak than to the mean. */
    public boolean covers(double x, double y) {
        return relative(x, y) >= LEVEL;
    }

    /**
     * A part of the map that is covered and hangs together.
     *
     * @param box in the picture's pixels
     * @param cell the index of the grid's cell in which it is highest, row by row
     * @param value there
     */
    record Part(Box box, int cell, double value) {}

    /** The parts that are covered, for a picture of this size, the highest first. */
    List<Part> parts(int height, int width) {
        int down = rows * FINE;
        int across = columns * FINE;
        boolean[] covered = new boolean[Math.multiplyExact(down, across)];
        for (int i = 0; i < covered.length; i++) {
            int row = i / across;
            covered[i] = covers((i % across + 0.5) / across, (row + 0.5) / down);
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < covered.length; i++) {
            if (covered[i]) {
                parts.add(part(covered, i, down, across, height, width));
            }
        }
        parts.sort((a, b) -> Double.compare(b.value, a.value));
        return parts;
    }

    /** Takes a part away, from any of its places on. */
    private Part part(boolean[] covered, int start, int down, int across, int height, int width) {
        int left = across;
        int right = 0;
        int top = down;
        int bottom = 0;
        int cell = 0;
        double value = Double.NEGATIVE_INFINITY;
        ArrayDeque<Integer> next = new ArrayDeque<>(List.of(start));
        covered[start] = false;
        while (!next.isEmpty()) {
            int at = next.remove();
            int x = at % across;
            int y = at / across;
            left = Math.min(left, x);
            right = Math.max(right, x + 1);
            top = Math.min(top, y);
            bottom = Math.max(bottom, y + 1);
            double here = values[y / FINE * columns + x / FINE];
            if (here > value) {
                value = here;
                cell = y / FINE * columns + x / FINE;
            }
            for (int[] step : new int[][] {{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
                int column = x + step[0];
                int row = y + step[1];
                if (column >= 0 && column < across && row >= 0 && row < down && covered[row * across + column]) {
                    covered[row * across + column] = false;
                    next.add(row * across + column);
                }
            }
        }
        int xmin = (int) ((long) left * width / across);
        int ymin = (int) ((long) top * height / down);
        int xmax = Math.max(xmin + 1, (int) Math.ceilDiv((long) right * width, across));
        int ymax = Math.max(ymin + 1, (int) Math.ceilDiv((long) bottom * height, down));
        return new Part(new Box(xmin, ymin, xmax, ymax), cell, value);
    }
}
