package org.clipjava.image;

import java.util.ArrayDeque;
import java.util.Arrays;

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

    /** Rows that share one pass over the column kernels. As integers six cache lines: a power of two would alias. */
    static final int BAND = 96;

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
        Resize resize = start(source.height(), source.width(), height, width, window);
        resize.rows(source.rgb(), 0, source.height());
        return resize.result();
    }

    /**
     * Begins to resize a picture whose rows are still to come.
     *
     * @param window must lie inside [height, width]
     */
    Resize start(int sourceHeight, int sourceWidth, long height, long width, Window window) {
        if (window.top < 0
                || window.left < 0
                || window.top + window.height > height
                || window.left + window.width > width) {
            throw new IllegalArgumentException(
                    "expected a window inside " + height + "x" + width + ", found " + window);
        }
        // Pillow skips a pass that would change nothing.
        Axis columns = new Axis(filter, sourceWidth, width, window.left, window.width);
        Axis rows = new Axis(filter, sourceHeight, height, window.top, window.height);
        return new Resize(sourceWidth, columns, rows, window);
    }

    /** A part of an output, in its pixels. */
    record Window(long top, long left, int height, int width) {}

    /** A resize under way: the source's rows go in, from the top, and the window comes out. For one thread at a time. */
    static final class Resize {
        private final int sourceWidth;
        private final HorizontalPass horizontal;
        private final VerticalPass vertical;
        private int seen;

        private Resize(int sourceWidth, Axis columns, Axis rows, Window window) {
            this.sourceWidth = sourceWidth;
            this.vertical = rows.isIdentity() ? new Copy(window) : new Sums(rows, window);
            this.horizontal = new HorizontalPass(columns, Math.min(BAND, vertical.end() - vertical.first()));
        }

        /** Whether rows that have not come yet bear on the window. */
        boolean needsMore() {
            return seen < vertical.end();
        }

        /**
         * The next rows of the source.
         *
         * @param rgb [count, source's width, 3] from {@code at} on
         */
        void rows(byte[] rgb, int at, int count) {
            int from = Math.max(vertical.first() - seen, 0);
            int to = Math.min(vertical.end() - seen, count);
            for (int row = from; row < to; row += BAND) {
                int n = Math.min(BAND, to - row);
                int[][] band = horizontal.pass(rgb, at + 3 * row * sourceWidth, 3 * sourceWidth, n);
                for (int i = 0; i < n; i++) {
                    vertical.add(seen + row + i, band[i]);
                }
            }
            seen += count;
        }

        /** The window, once all rows have come. */
        RgbImage result() {
            if (needsMore()) {
                throw new IllegalStateException(
                        "expected the source's rows up to " + vertical.end() + ", found " + seen);
            }
            return vertical.result();
        }
    }

    /** The second pass: rows of the window, out of source rows in order. */
    private sealed interface VerticalPass {
        /** The first source row that is needed. */
        int first();

        /** Behind the last source row that is needed. */
        int end();

        /** @param row the window's part of source row {@code y}, [columns, 3], 0 to 255 */
        void add(int y, int[] row);

        RgbImage result();
    }

    private static final class Copy implements VerticalPass {
        private final Window window;
        private final byte[] out;

        Copy(Window window) {
            this.window = window;
            this.out = new byte[Math.multiplyExact(3 * window.width, window.height)];
        }

        @Override
        public int first() {
            return (int) window.top;
        }

        @Override
        public int end() {
            return (int) window.top + window.height;
        }

        @Override
        public void add(int y, int[] row) {
            int at = (y - first()) * row.length;
            for (int i = 0; i < row.length; i++) {
                out[at + i] = (byte) row[i];
            }
        }

        @Override
        public RgbImage result() {
            return RgbImage.of(window.width, window.height, out);
        }
    }

    /** Adds each source row to every output row that it bears on; output rows start and end in order. */
    private static final class Sums implements VerticalPass {
        private final Axis rows;
        private final Window window;
        private final int stride;
        private final byte[] out;
        private final ArrayDeque<Output> active = new ArrayDeque<>();
        private final ArrayDeque<int[]> free = new ArrayDeque<>();
        private final int first;
        private final int end;
        private Kernel next;
        private int started;
        private int finished;

        Sums(Axis rows, Window window) {
            this.rows = rows;
            this.window = window;
            stride = 3 * window.width;
            out = new byte[Math.multiplyExact(stride, window.height)];
            end = rows.kernel(window.height - 1).end();
            next = rows.kernel(0);
            first = next.first;
        }

        @Override
        public int first() {
            return first;
        }

        @Override
        public int end() {
            return end;
        }

        @Override
        public void add(int y, int[] row) {
            while (started < window.height && next.first <= y) {
                int[] sums = free.isEmpty() ? new int[stride] : free.pop();
                Arrays.fill(sums, HALF);
                active.add(new Output(next, sums));
                started++;
                next = started < window.height ? rows.kernel(started) : next;
            }
            for (Output output : active) {
                addTo(output.sums, output.kernel.weights[y - output.kernel.first], row);
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

        private static void addTo(int[] sums, int weight, int[] samples) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * samples[i];
            }
        }

        @Override
        public RgbImage result() {
            return RgbImage.of(window.width, window.height, out);
        }
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
     * The first pass, a band of rows at a time.
     *
     * <p>Samples are 32 bits wide and lie column by column meanwhile: then what a source column adds to an output column is
     * one loop over all rows of the band and all three channels with one weight, which a JIT compiler vectorises; the bytes
     * of a row, three channels in turn, it does not.
     */
    private static final class HorizontalPass {
        private final Axis columns;
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
        HorizontalPass(Axis columns, int most) {
            this.columns = columns;
            int n = columns.windowSize;
            if (columns.isIdentity() || (long) n * columns.weights.length > KEPT_WEIGHTS) {
                kept = new Kernel[0];
            } else {
                kept = new Kernel[n];
                Arrays.setAll(kept, columns::kernel);
            }
            band = new int[most][3 * n];
        }

        /**
         * The window's part of some source rows, [rows, columns, 3], 0 to 255; written over by the next call.
         *
         * @param rgb rows of the source from {@code at} on, each {@code rowBytes} behind the one before
         */
        int[][] pass(byte[] rgb, int at, int rowBytes, int count) {
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
}
