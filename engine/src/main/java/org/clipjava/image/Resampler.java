package org.clipjava.image;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.clipjava.image.codec.PixelRows;
import org.clipjava.image.codec.YCbCr;

/**
 * Pillow's resize for 8-bit RGB, to the last bit: horizontal pass, 8-bit intermediate, vertical pass, coefficients in
 * fixed point.
 *
 * <p>Only a window of the output is computed, from only the source rows that it needs, and the rows stream through both
 * passes, so that neither an extreme aspect ratio nor an extreme size costs more memory than the window itself and a few
 * kernels.
 */
final class Resampler {
    /** Pillow's headroom: 8 bits for the sample, 2 for sums below 0 and above 1. */
    private static final int PRECISION_BITS = 32 - 8 - 2;

    private static final int HALF = 1 << (PRECISION_BITS - 1);

    /** Rows that share one pass over the column kernels. */
    static final int BAND = YCbCr.BAND;

    /** A band's column of three channels. */
    private static final int STRIDE = 3 * BAND;

    /** Columns that are turned at a time; with a band's rows they stay in the cache. A multiple of four. */
    private static final int TILE = 64;

    /** Above so many weights the kernels of the columns are computed per band and not kept. */
    private static final int KEPT_WEIGHTS = 1 << 22;

    private final Resampling filter;

    Resampler(Resampling filter) {
        this.filter = filter;
    }

    /**
     * The window of {@code source}, resized to [height, width], whose upper left corner is (top, left).
     *
     * @param window must lie inside [height, width]
     */
    RgbImage resize(RgbImage source, long height, long width, Window window) {
        return resize(PixelRows.rgb(source.width(), source.height(), source.rgb()), height, width, window);
    }

    /** The same of rows that may still be coming; each is waited for when it is needed. */
    RgbImage resize(PixelRows source, long height, long width, Window window) {
        if (window.top < 0
                || window.left < 0
                || window.top + window.height > height
                || window.left + window.width > width) {
            throw new IllegalArgumentException(
                    "expected a window inside " + height + "x" + width + ", found " + window);
        }
        // Pillow skips a pass that would change nothing.
        Axis columns = new Axis(filter, source.width(), width, window.left, window.width);
        Axis rows = new Axis(filter, source.height(), height, window.top, window.height);
        HorizontalPass horizontal = new HorizontalPass(source, columns);
        return rows.isIdentity() ? copyRows(horizontal, window) : resizeRows(horizontal, rows, window);
    }

    /** A part of an output, in its pixels. */
    record Window(long top, long left, int height, int width) {}

    private static RgbImage copyRows(HorizontalPass horizontal, Window window) {
        byte[] out = new byte[Math.multiplyExact(3 * window.width, window.height)];
        for (int y = 0; y < window.height; y++) {
            int[] row = horizontal.row((int) window.top + y, (int) window.top + window.height);
            int at = y * row.length;
            for (int i = 0; i < row.length; i++) {
                out[at + i] = (byte) row[i];
            }
        }
        return RgbImage.of(window.width, window.height, out);
    }

    /** Adds each source row to every output row that it bears on; output rows start and end in order. */
    private static RgbImage resizeRows(HorizontalPass horizontal, Axis rows, Window window) {
        int stride = 3 * window.width;
        byte[] out = new byte[Math.multiplyExact(stride, window.height)];
        ArrayDeque<Output> active = new ArrayDeque<>();
        ArrayDeque<int[]> free = new ArrayDeque<>();
        int end = rows.kernel(window.height - 1).end();
        Kernel next = rows.kernel(0);
        int started = 0;
        int finished = 0;
        for (int y = next.first; y < end; y++) {
            while (started < window.height && next.first <= y) {
                int[] sums = free.isEmpty() ? new int[stride] : free.pop();
                Arrays.fill(sums, HALF);
                active.add(new Output(next, sums));
                started++;
                next = started < window.height ? rows.kernel(started) : next;
            }
            int[] row = horizontal.row(y, end);
            for (Output output : active) {
                add(output.kernel.weights[y - output.kernel.first], row, output.sums);
            }
            while (!active.isEmpty() && active.peek().kernel.end() == y + 1) {
                int[] sums = active.remove().sums;
                int at = stride * finished++;
                for (int i = 0; i < stride; i++) {
                    out[at + i] = (byte) clip(sums[i]);
                }
                free.push(sums);
            }
        }
        return RgbImage.of(window.width, window.height, out);
    }

    private static int clip(int sum) {
        return Math.max(0, Math.min(sum >> PRECISION_BITS, 255));
    }

    /** Source pixels {@code first} … and their weights, which add up to about 1 &lt;&lt; 22. */
    private static final class Kernel {
        private final int first;
        private final int[] weights;

        Kernel(int first, int[] weights) {
            this.first = first;
            this.weights = weights;
        }

        int end() {
            return first + weights.length;
        }

        /** Zero beyond the ends. */
        int weight(int index) {
            return index >= 0 && index < weights.length ? weights[index] : 0;
        }
    }

    private static void add(int weight, int[] samples, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * samples[i];
        }
    }

    /** A row or column of the output, and what source rows or columns have added to it. */
    private static final class Output {
        private final Kernel kernel;
        private final int[] sums;

        Output(Kernel kernel, int[] sums) {
            this.kernel = kernel;
            this.sums = sums;
        }
    }

    /** One dimension of the resize: how a window of the output depends on the source. */
    private static final class Axis {
        private final Resampling filter;
        private final int sourceSize;
        private final long outputSize;
        private final long windowStart;
        private final int windowSize;
        private final double scale;
        private final double filterScale;
        private final double support;
        private final double[] weights;

        Axis(Resampling filter, int sourceSize, long outputSize, long windowStart, int windowSize) {
            this.filter = filter;
            this.sourceSize = sourceSize;
            this.outputSize = outputSize;
            this.windowStart = windowStart;
            this.windowSize = windowSize;
            // Pillow holds the source's box in single precision.
            scale = (double) (float) sourceSize / outputSize;
            filterScale = Math.max(scale, 1);
            support = filter.support() * filterScale;
            weights = new double[isIdentity() ? 0 : (int) Math.min(2L * (long) Math.ceil(support) + 1, sourceSize)];
        }

        boolean isIdentity() {
            return sourceSize == outputSize;
        }

        /** The kernel of the window's pixel {@code index}. */
        Kernel kernel(int index) {
            double centre = (windowStart + index + 0.5) * scale;
            double reciprocal = 1 / filterScale;
            int first = Math.max((int) (centre - support + 0.5), 0);
            int n = Math.min((int) (centre + support + 0.5), sourceSize) - first;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                weights[i] = filter.weight((i + first - centre + 0.5) * reciprocal);
                sum += weights[i];
            }
            int[] fixed = new int[n];
            for (int i = 0; i < n; i++) {
                double weight = sum == 0 ? weights[i] : weights[i] / sum;
                fixed[i] = (int) (weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
            }
            return new Kernel(first, fixed);
        }
    }

    /**
     * The first pass, a band of rows at a time, asked for in ascending order.
     *
     * <p>Samples are 32 bits wide and lie column by column meanwhile: then what a source column adds to an output column is
     * one loop over all rows of the band and all three channels with one weight, which a JIT compiler vectorises; the bytes
     * of a row, three channels in turn, it does not.
     */
    private static final class HorizontalPass {
        private final PixelRows source;
        private final Axis columns;
        private final Kernel[] kept;
        private final int[][] band;
        private final int[][] tile = new int[TILE][STRIDE];
        private final ArrayDeque<Output> active = new ArrayDeque<>();
        private final ArrayDeque<int[]> free = new ArrayDeque<>();
        private int bandStart;
        private int bandEnd;

        HorizontalPass(PixelRows source, Axis columns) {
            this.source = source;
            this.columns = columns;
            int n = columns.windowSize;
            if (columns.isIdentity() || (long) n * columns.weights.length > KEPT_WEIGHTS) {
                kept = new Kernel[0];
            } else {
                kept = new Kernel[n];
                Arrays.setAll(kept, columns::kernel);
            }
            band = new int[Math.min(BAND, source.height())][3 * n];
        }

        /**
         * The window's part of the source row, [columns, 3], 0 to 255.
         *
         * @param end the first row that will not be asked for
         */
        int[] row(int y, int end) {
            if (y >= bandEnd) {
                bandStart = y;
                bandEnd = Math.min(y + band.length, end);
                source.await(bandEnd);
                if (columns.isIdentity()) {
                    copy();
                } else {
                    resample();
                }
            }
            return band[y - bandStart];
        }

        private void copy() {
            int from = (int) columns.windowStart;
            for (int x = 0; x < columns.windowSize; x += TILE) {
                int n = Math.min(TILE, columns.windowSize - x);
                loadTile(from + x, n);
                for (int i = 0; i < n; i++) {
                    store(tile[i], x + i);
                }
            }
        }

        private void resample() {
            int n = columns.windowSize;
            int end = kernel(n - 1).end();
            Kernel next = kernel(0);
            int started = 0;
            int finished = 0;
            for (int left = next.first; left < end; left += TILE) {
                int right = Math.min(left + TILE, end);
                loadTile(left, right - left);
                while (started < n && next.first < right) {
                    int[] sums = free.isEmpty() ? new int[STRIDE] : free.pop();
                    Arrays.fill(sums, HALF);
                    active.add(new Output(next, sums));
                    started++;
                    next = started < n ? kernel(started) : next;
                }
                for (Output output : active) {
                    addTile(output, left);
                }
                while (!active.isEmpty() && active.peek().kernel.end() <= right) {
                    int[] sums = active.remove().sums;
                    for (int i = 0; i < STRIDE; i++) {
                        sums[i] = clip(sums[i]);
                    }
                    store(sums, finished++);
                    free.push(sums);
                }
            }
        }

        /** What the tile's columns, whose first is {@code left}, add to an output column: four columns in one go. */
        private void addTile(Output output, int left) {
            Kernel kernel = output.kernel;
            int from = Math.max(kernel.first - left, 0) / 4 * 4;
            int to = Math.min(kernel.end() - left, TILE);
            for (int x = from; x < to; x += 4) {
                int at = left + x - kernel.first;
                add(
                        kernel.weight(at),
                        kernel.weight(at + 1),
                        kernel.weight(at + 2),
                        kernel.weight(at + 3),
                        tile[x],
                        tile[x + 1],
                        tile[x + 2],
                        tile[x + 3],
                        output.sums);
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

        /** Columns from {@code left} of the band's rows, [columns, 3, BAND] in RGB. */
        private void loadTile(int left, int n) {
            for (int y = bandStart; y < bandEnd; y++) {
                turn(source.samples(), 3 * (y * source.width() + left), n, tile, y - bandStart);
            }
            if (source.isYCbCr()) {
                for (int i = 0; i < n; i++) {
                    YCbCr.toRgb(tile[i]);
                }
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
            for (int r = 0; r < bandEnd - bandStart; r++) {
                int[] row = band[r];
                row[3 * column] = values[r];
                row[3 * column + 1] = values[r + BAND];
                row[3 * column + 2] = values[r + 2 * BAND];
            }
        }
    }
}
