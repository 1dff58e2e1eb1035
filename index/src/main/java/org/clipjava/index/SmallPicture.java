package org.clipjava.index;

import java.io.IOException;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;

/**
 * A thumbnail in grey, small enough to be laid on another at every place and in every size.
 *
 * @param grey [height, width]
 */
record SmallPicture(int width, int height, float[] grey) {
    /** Pixels of the longer side. */
    private static final int SIDE = 44;

    /** Of a picture's side what is left of it, at the least, in one that was cut out of it. */
    private static final double SMALLEST_PART = 0.6;

    private static final double STEP = 0.04;

    /** Of the values' variance; below that there is nothing to compare. */
    private static final double FLAT = 4;

    static SmallPicture of(byte[] thumbnail) throws IOException {
        RgbImage image = ImageDecoder.standard().decode(thumbnail, "thumbnail");
        return of(AreaSampler.within(image.width(), image.height(), SIDE).of(image));
    }

    private static SmallPicture of(RgbImage image) {
        byte[] rgb = image.rgb();
        float[] grey = new float[image.width() * image.height()];
        for (int i = 0; i < grey.length; i++) {
            grey[i] =
                    0.299f * (rgb[3 * i] & 0xff) + 0.587f * (rgb[3 * i + 1] & 0xff) + 0.114f * (rgb[3 * i + 2] & 0xff);
        }
        return new SmallPicture(image.width(), image.height(), grey);
    }

    /**
     * How well one of the two can be laid over the other, or over a part of it: the best correlation of their grey values, -1 to 1. It
     * does not depend on brightness and contrast.
     *
     * @param enough a correlation above which none better is looked for
     */
    double match(SmallPicture other, double enough) {
        double within = within(other, enough);
        return within >= enough ? within : Math.max(within, other.within(this, enough));
    }

    /** The best over all places and sizes at which this may be a part of a whole. */
    private double within(SmallPicture whole, double enough) {
        double fit = Math.min((double) whole.width / width, (double) whole.height / height);
        double best = -1;
        for (double part = 1; part >= SMALLEST_PART && best < enough; part -= STEP) {
            SmallPicture sized = resized((int) Math.round(width * fit * part), (int) Math.round(height * fit * part));
            for (int top = 0; top <= whole.height - sized.height; top++) {
                for (int left = 0; left <= whole.width - sized.width; left++) {
                    best = Math.max(best, correlation(sized, whole, left, top));
                }
            }
        }
        return best;
    }

    private SmallPicture resized(int newWidth, int newHeight) {
        int w = Math.max(1, newWidth);
        int h = Math.max(1, newHeight);
        float[] to = new float[w * h];
        for (int y = 0; y < h; y++) {
            double fromY = Math.clamp((y + 0.5) * height / h - 0.5, 0, height - 1.0);
            int y0 = (int) fromY;
            int y1 = Math.min(y0 + 1, height - 1);
            for (int x = 0; x < w; x++) {
                double fromX = Math.clamp((x + 0.5) * width / w - 0.5, 0, width - 1.0);
                int x0 = (int) fromX;
                int x1 = Math.min(x0 + 1, width - 1);
                double upper = grey[y0 * width + x0] + (fromX - x0) * (grey[y0 * width + x1] - grey[y0 * width + x0]);
                double lower = grey[y1 * width + x0] + (fromX - x0) * (grey[y1 * width + x1] - grey[y1 * width + x0]);
                to[y * w + x] = (float) (upper + (fromY - y0) * (lower - upper));
            }
        }
        return new SmallPicture(w, h, to);
    }

    private static double correlation(SmallPicture part, SmallPicture whole, int left, int top) {
        double a = 0;
        double b = 0;
        double aa = 0;
        double bb = 0;
        double ab = 0;
        for (int y = 0; y < part.height; y++) {
            int at = (top + y) * whole.width + left;
            for (int x = 0; x < part.width; x++) {
                double p = part.grey[y * part.width + x];
                double w = whole.grey[at + x];
                a += p;
                b += w;
                aa += p * p;
                bb += w * w;
                ab += p * w;
            }
        }
        int n = part.grey.length;
        double varianceA = aa / n - (a / n) * (a / n);
        double varianceB = bb / n - (b / n) * (b / n);
        return varianceA < FLAT || varianceB < FLAT
                ? -1
                : (ab / n - (a / n) * (b / n)) / Math.sqrt(varianceA * varianceB);
    }
}
