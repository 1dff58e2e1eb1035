package org.clipjava.index;

import org.clipjava.image.RgbImage;

/** A picture, small, as a JPEG. */
final class Thumbnail {
    /** Pixels of the longer side. */
    static final int SIDE = 176;

    private static final int QUALITY = 75;

    private Thumbnail() {}

    /** Makes of a picture what {@link #of} wants. */
    static AreaSampler sampler(int width, int height) {
        return AreaSampler.within(width, height, SIDE);
    }

    static byte[] of(RgbImage sampled) {
        return JpegEncoder.encode(sampled, QUALITY);
    }
}
