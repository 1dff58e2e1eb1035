package org.clipjava.index;

import java.util.Arrays;
import org.clipjava.image.RgbImage;

/** Makes a picture small by averaging: for looks, not for a model. Of a large picture a grid of its pixels is enough. */
final class AreaSampler {
    /** Pixels that are averaged for one, in each direction. */
    private static final int SAMPLES = 4;

    private static final int CHANNELS = 3;
    private static final int SHARE_BITS = 18;

    private AreaSampler() {}

    /** As it is, but no side longer than this; one that is smaller stays. */
    static RgbImage within(RgbImage image, int longest) {
        double scale = Math.min(1, (double) longest / Math.max(image.width(), image.height()));
        return resized(image, (int) Math.max(1, Math.round(image.width() * scale)), (int)
                Math.max(1, Math.round(image.height() * scale)));
    }

    /** Squeezed to a size. */
    static RgbImage resized(RgbImage image, int width, int height) {
        byte[] from = image.rgb();
        byte[] to = new byte[CHANNELS * width * height];
        int[] columns = samples(image.width(), width);
        Arrays.setAll(columns, i -> CHANNELS * columns[i]);
        int[] rows = samples(image.height(), height);
        int across = columns.length / width;
        int down = rows.length / height;
        int count = across * down;
        int share = Math.ceilDiv(1 << SHARE_BITS, count); // exact for sums of so few bytes, and quicker than a division
        int[] sums = new int[CHANNELS * image.width()];
        for (int y = 0; y < height; y++) {
            if (down == SAMPLES) {
                addFour(from, rows, y * down, sums);
            } else {
                Arrays.fill(sums, 0);
                for (int j = y * down; j < (y + 1) * down; j++) {
                    add(from, rows[j] * sums.length, sums);
                }
            }
            for (int x = 0; x < width; x++) {
                int red = count / 2;
                int green = count / 2;
                int blue = count / 2;
                for (int i = x * across; i < (x + 1) * across; i++) {
                    int at = columns[i];
                    red += sums[at];
                    green += sums[at + 1];
                    blue += sums[at + 2];
                }
                int at = CHANNELS * (y * width + x);
                to[at] = (byte) ((red * share) >> SHARE_BITS);
                to[at + 1] = (byte) ((green * share) >> SHARE_BITS);
                to[at + 2] = (byte) ((blue * share) >> SHARE_BITS);
            }
        }
        return RgbImage.of(width, height, to);
    }

    private static void add(byte[] from, int at, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += from[at + i] & 0xff;
        }
    }

    /** As most pictures need it: the JVM makes no vectors of such sums, so that each is to be touched once. */
    private static void addFour(byte[] from, int[] rows, int first, int[] sums) {
        int a = rows[first] * sums.length;
        int b = rows[first + 1] * sums.length;
        int c = rows[first + 2] * sums.length;
        int d = rows[first + 3] * sums.length;
        for (int i = 0; i < sums.length; i++) {
            sums[i] = (from[a + i] & 0xff) + (from[b + i] & 0xff) + (from[c + i] & 0xff) + (from[d + i] & 0xff);
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
