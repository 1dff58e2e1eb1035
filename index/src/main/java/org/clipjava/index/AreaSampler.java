package org.clipjava.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.clipjava.image.RgbImage;

/**
 * Makes a picture small by averaging, row by row as it comes: for looks, not for a model. Of a large picture a grid of its pixels is
 * enough.
 */
final class AreaSampler {
    /** Pixels that are averaged for one, in each direction. */
    private static final int SAMPLES = 4;

    private static final int CHANNELS = 3;

    private final int width;
    private final int height;
    private final int rowBytes;

    /** The picture's rows that are sampled, and how many for one of its small form. */
    private final int[] rows;

    private final int down;
    private final Means means;

    /** The rows of one of the small form, and a byte more, so that four can be read of the last pixel, too. */
    private final byte[] sampled;

    private final byte[] small;
    private int seen;
    private int next;

    /** Squeezes a picture of one size to another. */
    AreaSampler(int sourceWidth, int sourceHeight, int width, int height) {
        this.width = width;
        this.height = height;
        rowBytes = CHANNELS * sourceWidth;
        int[] columns = samples(sourceWidth, width);
        Arrays.setAll(columns, i -> CHANNELS * columns[i]);
        rows = samples(sourceHeight, height);
        down = rows.length / height;
        int[] starts = new int[down];
        Arrays.setAll(starts, i -> i * rowBytes);
        means = new Means(columns, columns.length / width, starts);
        sampled = new byte[down * rowBytes + 1];
        small = new byte[CHANNELS * width * height];
    }

    /** Keeps a picture's shape, with no side longer than this; one that is smaller stays as it is. */
    static AreaSampler within(int sourceWidth, int sourceHeight, int longest) {
        double scale = Math.min(1, (double) longest / Math.max(sourceWidth, sourceHeight));
        return new AreaSampler(sourceWidth, sourceHeight, (int) Math.max(1, Math.round(sourceWidth * scale)), (int)
                Math.max(1, Math.round(sourceHeight * scale)));
    }

    /**
     * The picture's next rows.
     *
     * @param rgb [count, source's width, 3] from {@code at} on
     */
    void rows(byte[] rgb, int at, int count) {
        while (next < rows.length && rows[next] < seen + count) {
            System.arraycopy(rgb, at + (rows[next] - seen) * rowBytes, sampled, next % down * rowBytes, rowBytes);
            next++;
            if (next % down == 0) {
                means.write(sampled, small, CHANNELS * width * (next / down - 1), width);
            }
        }
        seen += count;
    }

    /** Once all rows have come. */
    RgbImage result() {
        return RgbImage.of(width, height, small);
    }

    /** Of a picture that is there as a whole. */
    RgbImage of(RgbImage image) {
        rows(image.rgb(), 0, image.height());
        return result();
    }

    /**
     * Means of samples.
     *
     * @param columns a row's samples, in bytes from its start
     * @param across how many of them a mean is of
     * @param starts of the rows
     */
    private record Means(int[] columns, int across, int[] starts) {
        private static final VarHandle INTS =
                MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

        private static final int HALF_BITS = 16;
        private static final int RED_AND_BLUE = 0x00ff00ff;
        private static final int SHARE_BITS = 18;

        /**
         * Adds whole pixels, and their red and blue alone, so that the difference of the sums is 256 times that of green; above it is
         * what the byte behind a pixel added.
         */
        void write(byte[] from, byte[] to, int first, int width) {
            int down = starts.length;
            int half = across * down / 2;
            int share =
                    Math.ceilDiv(1 << SHARE_BITS, across * down); // exact for so few bytes, and quicker than a division
            int at = first;
            for (int x = 0; x < width; x++) {
                int all = 0;
                int redAndBlue = 0;
                for (int i = x * across; i < (x + 1) * across; i++) {
                    if (down == SAMPLES) { // as most pictures need it
                        int a = pixel(from, starts[0] + columns[i]);
                        int b = pixel(from, starts[1] + columns[i]);
                        int c = pixel(from, starts[2] + columns[i]);
                        int d = pixel(from, starts[3] + columns[i]);
                        all += a + b + c + d;
                        redAndBlue += (a & RED_AND_BLUE) + (b & RED_AND_BLUE) + (c & RED_AND_BLUE) + (d & RED_AND_BLUE);
                    } else {
                        for (int start : starts) {
                            int pixel = pixel(from, start + columns[i]);
                            all += pixel;
                            redAndBlue += pixel & RED_AND_BLUE;
                        }
                    }
                }
                int red = redAndBlue & 0xffff;
                int green = ((all - redAndBlue) & 0xffffff) >>> Byte.SIZE;
                int blue = redAndBlue >>> HALF_BITS;
                to[at] = (byte) (((red + half) * share) >> SHARE_BITS);
                to[at + 1] = (byte) (((green + half) * share) >> SHARE_BITS);
                to[at + 2] = (byte) (((blue + half) * share) >> SHARE_BITS);
                at += CHANNELS;
            }
        }

        private static int pixel(byte[] from, int at) {
            return (int) INTS.get(from, at);
        }
    }

    /** For each of the target's pixels, one behind the other, the source's that it is the mean of. */
    private static int[] samples(int source, int target) {
        int each = Math.clamp(source / target, 1, SAMPLES);
        int[] at = new int[target * each];
        for (int i = 0; i < at.length; i++) {
            at[i] = (int) ((2L * i + 1) * source / (2L * at.length));
        }
        return at;
    }
}
