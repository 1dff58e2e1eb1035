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

    /** Rows that share one pass over the column kernels; they stay in the cache. */
    private static final int BAND = 32;

    /** Above so many weights the kernels of the columns are computed per band and not kept. */
    private static final int KEPT_WEIGHTS = 1 << 22;

    private final Resample filter;

    Resampler(Resample filter) {
        this.filter = filter;
    }

    /**
     * The window of {@code source}, resized to [height, width], whose upper left corner is (top, left).
     *
     * @param window must lie inside [height, width]
     */
    RgbImage resize(RgbImage source, long height, long width, Window window) {
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
        ArrayDeque<OutputRow> active = new ArrayDeque<>();
        ArrayDeque<int[]> free = new ArrayDeque<>();
        int end = rows.kernel(window.height - 1).end();
        Kernel next = rows.kernel(0);
        int started = 0;
        int finished = 0;
        for (int y = next.first; y < end; y++) {
            while (started < window.height && next.first <= y) {
                int[] sums = free.isEmpty() ? new int[stride] : free.pop();
                Arrays.fill(sums, HALF);
                active.add(new OutputRow(next, sums));
                started++;
                next = started < window.height ? rows.kernel(started) : next;
            }
            int[] row = horizontal.row(y, end);
            for (OutputRow output : active) {
                output.add(y, row);
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
        return Math.clamp(sum >> PRECISION_BITS, 0, 255);
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
    }

    private static final class OutputRow {
        private final Kernel kernel;
        private final int[] sums;

        OutputRow(Kernel kernel, int[] sums) {
            this.kernel = kernel;
            this.sums = sums;
        }

        void add(int y, int[] row) {
            int weight = kernel.weights[y - kernel.first];
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * row[i];
            }
        }
    }

    /** One dimension of the resize: how a window of the output depends on the source. */
    private static final class Axis {
        private final Resample filter;
        private final int sourceSize;
        private final long outputSize;
        private final long windowStart;
        private final int windowSize;
        private final double scale;
        private final double filterScale;
        private final double support;
        private final double[] weights;

        Axis(Resample filter, int sourceSize, long outputSize, long windowStart, int windowSize) {
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

    /** The first pass, a band of rows at a time, asked for in ascending order. */
    private static final class HorizontalPass {
        private final RgbImage source;
        private final Axis columns;
        private final Kernel[] kept;
        private final int[][] band;
        private int bandStart;
        private int bandEnd;

        HorizontalPass(RgbImage source, Axis columns) {
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
                for (int column = 0; column < columns.windowSize; column++) {
                    if (columns.isIdentity()) {
                        copy(column);
                    } else {
                        resample(column, kept.length > 0 ? kept[column] : columns.kernel(column));
                    }
                }
            }
            return band[y - bandStart];
        }

        private void copy(int column) {
            byte[] rgb = source.rgb();
            for (int y = bandStart; y < bandEnd; y++) {
                int at = 3 * (y * source.width() + (int) columns.windowStart + column);
                for (int c = 0; c < 3; c++) {
                    band[y - bandStart][3 * column + c] = rgb[at + c] & 0xff;
                }
            }
        }

        private void resample(int column, Kernel kernel) {
            byte[] rgb = source.rgb();
            int[] weights = kernel.weights;
            for (int y = bandStart; y < bandEnd; y++) {
                int at = 3 * (y * source.width() + kernel.first);
                int red = HALF;
                int green = HALF;
                int blue = HALF;
                for (int weight : weights) {
                    red += weight * (rgb[at] & 0xff);
                    green += weight * (rgb[at + 1] & 0xff);
                    blue += weight * (rgb[at + 2] & 0xff);
                    at += 3;
                }
                int[] row = band[y - bandStart];
                row[3 * column] = clip(red);
                row[3 * column + 1] = clip(green);
                row[3 * column + 2] = clip(blue);
            }
        }
    }
}
