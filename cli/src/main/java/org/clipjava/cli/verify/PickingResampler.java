package org.clipjava.cli.verify;

import org.clipjava.image.RgbImage;

/**
 * Interpolation that looks at the nearest pixels and no others however much it shrinks, as PyTorch's {@code interpolate} does
 * unless told otherwise; here to be recognised, not to be used.
 */
enum PickingResampler {
    NEAREST(1) {
        @Override
        double weight(double x) {
            return 1;
        }
    },
    BILINEAR(2) {
        @Override
        double weight(double x) {
            return Math.max(1 - x, 0);
        }
    },
    BICUBIC(4) {
        @Override
        double weight(double x) {
            if (x < 1) {
                return ((A + 2) * x - (A + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
        }
    };

    /** PyTorch's; Pillow's is -0.5. */
    private static final double A = -0.75;

    private final int taps;

    PickingResampler(int taps) {
        this.taps = taps;
    }

    /** @param x distance from the place that is wanted, in pixels of the source */
    abstract double weight(double x);

    RgbImage resize(RgbImage image, int height, int width) {
        byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
        double[] vertical = new double[taps];
        double[] horizontal = new double[taps];
        for (int y = 0; y < height; y++) {
            int top = taps(y, height, image.height(), vertical);
            for (int x = 0; x < width; x++) {
                int left = taps(x, width, image.width(), horizontal);
                for (int channel = 0; channel < 3; channel++) {
                    double sum = 0;
                    for (int i = 0; i < taps; i++) {
                        int row = Math.clamp((long) top + i, 0, image.height() - 1);
                        for (int j = 0; j < taps; j++) {
                            int column = Math.clamp((long) left + j, 0, image.width() - 1);
                            int level = image.rgb()[3 * (row * image.width() + column) + channel] & 0xff;
                            sum += vertical[i] * horizontal[j] * level;
                        }
                    }
                    rgb[3 * (y * width + x) + channel] = (byte) Math.clamp(Math.round(sum), 0, 255);
                }
            }
        }
        return RgbImage.of(width, height, rgb);
    }

    /** Fills in the weights of a row's or column's neighbours, and returns the first of them. */
    private int taps(int to, int toSize, int fromSize, double[] weights) {
        double centre = (to + 0.5) * fromSize / toSize - 0.5;
        int first = taps == 1 ? (int) Math.floor(centre + 0.5) : (int) Math.floor(centre) - (taps / 2 - 1);
        for (int i = 0; i < taps; i++) {
            weights[i] = weight(Math.abs(centre - (first + i)));
        }
        return first;
    }
}
