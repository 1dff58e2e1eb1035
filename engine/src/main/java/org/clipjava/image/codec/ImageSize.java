package org.clipjava.image.codec;

/** The bound on what is decoded. */
public final class ImageSize {
    /** Twice Pillow's {@code MAX_IMAGE_PIXELS}: beyond that Pillow warns, beyond this it refuses. */
    public static final int MAX_PIXELS = 2 * (1024 * 1024 * 1024 / 4 / 3);

    private ImageSize() {}

    /** To be called before anything is allocated for a picture that says it has this size. */
    public static void check(long width, long height) throws CodecException {
        if (width < 1 || height < 1) {
            throw new CodecException("corrupt picture: expected at least one pixel, found " + width + "x" + height);
        }
        // The first two keep the product inside a long.
        if (width > MAX_PIXELS || height > MAX_PIXELS || width * height > MAX_PIXELS) {
            throw new CodecException("expected at most " + MAX_PIXELS + " pixels, found " + width + "x" + height
                    + "; shrink the picture first");
        }
    }
}
