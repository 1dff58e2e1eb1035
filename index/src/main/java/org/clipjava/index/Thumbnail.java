package org.clipjava.index;

import org.clipjava.image.RgbImage;

/** A picture, small, as a JPEG. */
final class Thumbnail {
    /** Pixels of the longer side. */
    static final int SIDE = 176;

    private static final int QUALITY = 75;

    private Thumbnail() {}

    static byte[] of(RgbImage image) {
        return JpegEncoder.encode(AreaSampler.within(image, SIDE), QUALITY);
    }
}
