package org.clipjava.image.codec;

/** What a raster's samples are. */
enum Samples {
    GRAY,
    RGB,
    CMYK,
    PALETTE,
    OTHER;

    /** Whether there may be so many of them a pixel; the last may be alpha. */
    boolean fit(int bands) {
        return switch (this) {
            case GRAY, PALETTE -> bands == 1 || bands == 2;
            case RGB -> bands == 3 || bands == 4;
            case CMYK -> bands == 4;
            case OTHER -> false;
        };
    }
}
