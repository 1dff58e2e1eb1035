package org.clipjava.image;

/** The bound on what is decoded. */
final class ImageSize {
    private ImageSize() {}

    static void check(long width, long height, String name) throws ImageFormatException {
        if (width < 1 || height < 1) {
            throw new ImageFormatException(
                    name + ": corrupt picture: expected at least one pixel, found " + width + "x" + height);
        }
        // The first two keep the product inside a long.
        if (width > ImageDecoder.MAX_PIXELS
                || height > ImageDecoder.MAX_PIXELS
                || width * height > ImageDecoder.MAX_PIXELS) {
            throw new ImageFormatException(name + ": expected at most " + ImageDecoder.MAX_PIXELS + " pixels, found "
                    + width + "x" + height + "; shrink the picture first");
        }
    }
}
