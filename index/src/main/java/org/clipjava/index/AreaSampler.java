package org.clipjava.index;

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
        byte[] from = image.rgb();
        byte[] to = new byte[CHANNELS * width * height];
        int[] columns = samples(image.width(), width);
        int[] rows = samples(image.height(), height);
        int across = columns.length / width;
        int down = rows.length / height;
        int count = across * down;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = count / 2;
                int green = count / 2;
                int blue = count / 2;
                for (int j = y * down; j < (y + 1) * down; j++) {
                    for (int i = x * across; i < (x + 1) * across; i++) {
                        int at = CHANNELS * (rows[j] * image.width() + columns[i]);
                        red += from[at] & 0xff;
                        green += from[at + 1] & 0xff;
                        blue += from[at + 2] & 0xff;
                    }
                }
                int at = CHANNELS * (y * width + x);
                to[at] = (byte) (red / count);
                to[at + 1] = (byte) (green / count);
                to[at + 2] = (byte) (blue / count);
            }
        }
        return RgbImage.of(width, height, to);
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
