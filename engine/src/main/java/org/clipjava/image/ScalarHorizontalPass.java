package org.clipjava.image;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.clipjava.image.ResampleAxis.Kernel;
import org.clipjava.image.ResampleAxis.Output;

/**
 * The first pass, a band of rows at a time.
 *
 * <p>Samples are 32 bits wide and lie column by column meanwhile: then what a source column adds to an output column is
 * one loop over all rows of the band and all three channels with one weight, which a JIT compiler vectorises; the bytes
 * of a row, three channels in turn, it does not.
 */
final class ScalarHorizontalPass implements HorizontalPass {
    /** A band's column of three channels. */
    private static final int STRIDE = 3 * Resampler.BAND;

    /** Columns that are turned at a time; with a band's rows they stay in the cache. A multiple of four. */
    private static final int TILE = 64;

    private static final int BAND = Resampler.BAND;

    private final ResampleAxis columns;
    private final Kernel[] kept;
    private final int[][] band;
    private final int[][] tile = new int[TILE][STRIDE];
    private final ArrayDeque<Output> active = new ArrayDeque<>();
    private final ArrayDeque<int[]> free = new ArrayDeque<>();
    private byte[] source = {};
    private int start;
    private int stride;
    private int rows;

    /** @param most rows that a band will have */
    ScalarHorizontalPass(ResampleAxis columns, int most) {
        this.columns = columns;
        int n = columns.windowSize();
        if (columns.isIdentity() || (long) n * columns.longestKernel() > HorizontalPass.KEPT_WEIGHTS) {
            kept = new Kernel[0];
        } else {
            kept = new Kernel[n];
            Arrays.setAll(kept, columns::kernel);
        }
        band = new int[most][3 * n];
    }

    @Override
    public int[][] rows(byte[] rgb, int at, int rowBytes, int count) {
        source = rgb;
        start = at;
        stride = rowBytes;
        rows = count;
        if (columns.isIdentity()) {
            copy();
        } else {
            resample();
        }
        return band;
    }

    private void copy() {
        int from = (int) columns.windowStart();
        for (int x = 0; x < columns.windowSize(); x += TILE) {
            int n = Math.min(TILE, columns.windowSize() - x);
            loadTile(from + x, n);
            for (int i = 0; i < n; i++) {
                store(tile[i], x + i);
            }
        }
    }

    private void resample() {
        int n = columns.windowSize();
        int end = kernel(n - 1).end();
        Kernel next = kernel(0);
        int started = 0;
        int finished = 0;
        for (int left = next.first(); left < end; left += TILE) {
            int right = Math.min(left + TILE, end);
            loadTile(left, right - left);
            while (started < n && next.first() < right) {
                int[] sums = free.isEmpty() ? new int[STRIDE] : free.pop();
                Arrays.fill(sums, ResampleAxis.HALF);
                active.add(new Output(next, sums));
                started++;
                next = started < n ? kernel(started) : next;
            }
            for (Output output : active) {
                addTile(output, left);
            }
            while (!active.isEmpty() && active.peek().kernel().end() <= right) {
                int[] sums = active.remove().sums();
                for (int i = 0; i < STRIDE; i++) {
                    sums[i] = ResampleAxis.level(sums[i]);
                }
                store(sums, finished++);
                free.push(sums);
            }
        }
    }

    /** What the tile's columns, whose first is {@code left}, add to an output column: four columns in one go. */
    private void addTile(Output output, int left) {
        Kernel kernel = output.kernel();
        int from = Math.max(kernel.first() - left, 0) / 4 * 4;
        int to = Math.min(kernel.end() - left, TILE);
        for (int x = from; x < to; x += 4) {
            int at = left + x - kernel.first();
            add(
                    kernel.weight(at),
                    kernel.weight(at + 1),
                    kernel.weight(at + 2),
                    kernel.weight(at + 3),
                    tile[x],
                    tile[x + 1],
                    tile[x + 2],
                    tile[x + 3],
                    output.sums());
        }
    }

    /** Equal indices everywhere: with others C2 must expect arrays to overlap, and does not vectorise. */
    private static void add(int w0, int w1, int w2, int w3, int[] x0, int[] x1, int[] x2, int[] x3, int[] sums) {
        for (int i = 0; i < STRIDE; i++) {
            sums[i] += w0 * x0[i] + w1 * x1[i] + w2 * x2[i] + w3 * x3[i];
        }
    }

    private Kernel kernel(int column) {
        return kept.length > 0 ? kept[column] : columns.kernel(column);
    }

    /** Columns from {@code left} of the band's rows, [columns, 3, BAND]. */
    private void loadTile(int left, int n) {
        for (int r = 0; r < rows; r++) {
            turn(source, start + r * stride + 3 * left, n, tile, r);
        }
    }

    /** Some of a row to a row's place in each column. */
    private static void turn(byte[] samples, int from, int n, int[][] tile, int row) {
        int at = from;
        for (int i = 0; i < n; i++) {
            int[] column = tile[i];
            column[row] = samples[at] & 0xff;
            column[row + BAND] = samples[at + 1] & 0xff;
            column[row + 2 * BAND] = samples[at + 2] & 0xff;
            at += 3;
        }
    }

    /** An output column of the band's rows, [3, BAND], to its place in each row. */
    private void store(int[] values, int column) {
        for (int r = 0; r < rows; r++) {
            int[] row = band[r];
            row[3 * column] = values[r];
            row[3 * column + 1] = values[r + BAND];
            row[3 * column + 2] = values[r + 2 * BAND];
        }
    }
}
