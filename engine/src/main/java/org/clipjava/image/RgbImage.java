package org.clipjava.image;

import java.util.Arrays;

/**
 * A picture as 8-bit RGB: three bytes a pixel, row by row from the top, no padding. Immutable and thread-safe,
 * unless whoever made it without a copy keeps writing to the array.
 */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] rgb;

    private RgbImage(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * Wraps pixels without copying them; do not write to the array afterwards.
     *
     * @param width pixels in a row, at least 1
     * @param height rows, at least 1
     * @param rgb [height, width, 3]
     * @throws IllegalArgumentException if a size is below 1 or the array is not of that size
     */
    public static RgbImage of(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || 3L * width * height != rgb.length) {
            throw new IllegalArgumentException(
                    "expected 3 x " + width + " x " + height + " bytes of RGB, found " + rgb.length);
        }
        return new RgbImage(width, height, rgb);
    }

    /** Pixels in a row. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** The pixels, [height, width, 3]; a view, not to be written to. */
    public byte[] rgb() {
        return rgb;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage that
                && width == that.width
                && height == that.height
                && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
