package org.clipjava.image;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.clipjava.image.ResampleAxis.Kernel;
import org.clipjava.image.ResampleAxis.Output;

/**
 * Pillow's resize for 8-bit RGB, to the last bit: horizontal pass, 8-bit intermediate, vertical pass, coefficients in
 * fixed point.
 *
 * <p>Only a window of the output is computed, from only the source rows that it needs, and the rows stream through both
 * passes, so that neither an extreme aspect ratio nor an extreme size costs more memory than the window itself and a few
 * kernels.
 */
final class Resampler {
    /** Rows that share one pass over the column kernels. As integers six cache lines: a power of two would alias. */
    static final int BAND = 96;

    private final Resampling filter;
    private final HorizontalPass.Choice passes;

    Resampler(Resampling filter) {
        this(filter, HorizontalPass.Choice.QUICKEST);
    }

    Resampler(Resampling filter, HorizontalPass.Choice passes) {
        this.filter = filter;
        this.passes = passes;
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
        ResampleAxis columns = new ResampleAxis(filter, sourceWidth, width, window.left, window.width);
        ResampleAxis rows = new ResampleAxis(filter, sourceHeight, height, window.top, window.height);
        return new Resize(passes, columns, rows, window);
    }

    /** A part of an output, in its pixels. */
    record Window(long top, long left, int height, int width) {}

    /** A resize under way: the source's rows go in, from the top, and the window comes out. For one thread at a time. */
    static final class Resize {
        private final int sourceWidth;
        private final HorizontalPass horizontal;
        private final VerticalPass vertical;
        private int seen;

        private Resize(HorizontalPass.Choice passes, ResampleAxis columns, ResampleAxis rows, Window window) {
            this.sourceWidth = columns.sourceSize();
            this.vertical = rows.isIdentity() ? new Copy(window) : new Sums(rows, window);
            int needed = vertical.end() - vertical.first();
            this.horizontal = passes.of(columns, Math.min(BAND, needed), 3L * sourceWidth * needed);
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
                int[][] band = horizontal.rows(rgb, at + 3 * row * sourceWidth, 3 * sourceWidth, n);
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
            int at = (y - first()) * 3 * window.width;
            for (int i = 0; i < 3 * window.width; i++) {
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
        private final ResampleAxis rows;
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

        Sums(ResampleAxis rows, Window window) {
            this.rows = rows;
            this.window = window;
            stride = 3 * window.width;
            out = new byte[Math.multiplyExact(stride, window.height)];
            end = rows.kernel(window.height - 1).end();
            next = rows.kernel(0);
            first = next.first();
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
            while (started < window.height && next.first() <= y) {
                int[] sums = free.isEmpty() ? new int[stride] : free.pop();
                Arrays.fill(sums, ResampleAxis.HALF);
                active.add(new Output(next, sums));
                started++;
                next = started < window.height ? rows.kernel(started) : next;
            }
            for (Output output : active) {
                addTo(
                        output.sums(),
                        output.kernel().weights()[y - output.kernel().first()],
                        row);
            }
            while (!active.isEmpty() && active.peek().kernel().end() == y + 1) {
                int[] sums = active.remove().sums();
                int at = stride * finished++;
                for (int i = 0; i < stride; i++) {
                    out[at + i] = (byte) ResampleAxis.level(sums[i]);
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
}
