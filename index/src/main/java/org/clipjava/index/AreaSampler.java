package org.clipjava.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.clipjava.image.RgbImage;

/** Makes a picture small by averaging: for looks, not for a model. Of a large picture a grid of its pixels is enough. */
final class AreaSampler {
    /** Pixels that are averaged for one, in each direction. */
    private static final int SAMPLES = 4;

    private static final int CHANNELS = 3;

    private AreaSampler() {}

    /** As it is, but no side longer than this; one that is smaller stays. */
    static RgbImage within(RgbImage image, int longest) {
        double scale = Math.min(1, (double) longest / Math.max(image.width(), image.height()));
        return resized(image, (int) Math.max(1, Math.round(image.width() * scale)), (int)
                Math.max(1, Math.round(image.height() * scale)));
    }

    /** Squeezed to a size. */
    static RgbImage resized(RgbImage image, int width, int height) {
        int rowBytes = CHANNELS * image.width();
        int[] columns = samples(image.width(), width);
        Arrays.setAll(columns, i -> CHANNELS * columns[i]);
        int[] rows = samples(image.height(), height);
        Arrays.setAll(rows, i -> rowBytes * rows[i]);
        int down = rows.length / height;
        Means means = new Means(columns, columns.length / width, down);
        byte[] to = new byte[CHANNELS * width * height];
        for (int y = 0; y < height; y++) {
            int[] starts = Arrays.copyOfRange(rows, y * down, (y + 1) * down);
            boolean last = starts[down - 1] + rowBytes == image.rgb().length;
            byte[] from = last ? withRoomBehind(image.rgb(), starts, rowBytes) : image.rgb();
            means.write(from, starts, to, CHANNELS * width * y, width);
        }
        return RgbImage.of(width, height, to);
    }

    /** These rows alone, and a byte more, so that four can be read of the last pixel, too. */
    private static byte[] withRoomBehind(byte[] rgb, int[] starts, int rowBytes) {
        byte[] rows = new byte[starts.length * rowBytes + 1];
        for (int j = 0; j < starts.length; j++) {
            System.arraycopy(rgb, starts[j], rows, j * rowBytes, rowBytes);
            starts[j] = j * rowBytes;
        }
        return rows;
    }

    /**
     * Means of {@code across} x {@code down} samples.
     *
     * @param columns a row's samples, in bytes from its start
     */
    private record Means(int[] columns, int across, int down) {
        private static final VarHandle INTS =
                MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

        private static final int HALF_BITS = 16;
        private static final int RED_AND_BLUE = 0x00ff00ff;
        private static final int SHARE_BITS = 18;

        /**
         * Adds whole pixels, and their red and blue alone, so that the difference of the sums is 256 times that of green; above it is
         * what the byte behind a pixel added.
         *
         * @param starts where the {@code down} rows start, in {@code from}
         */
        void write(byte[] from, int[] starts, byte[] to, int first, int width) {
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
