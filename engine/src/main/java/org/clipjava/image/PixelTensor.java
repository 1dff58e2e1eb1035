package org.clipjava.image;

/**
 * What the image tower reads: normalised pixels, [3, height, width], row-major. Immutable and thread-safe, as long as no one writes
 * to its values.
 */
public final class PixelTensor {
    private final int height;
    private final int width;
    private final float[] values;

    private PixelTensor(int height, int width, float[] values) {
        this.height = height;
        this.width = width;
        this.values = values;
    }

    /**
     * Wraps values without copying them.
     *
     * @param values [3, height, width], normalised: (x / 255 - mean) / std
     * @throws IllegalArgumentException if the array is not of that size
     */
    public static PixelTensor of(int height, int width, float[] values) {
        if (height < 1 || width < 1 || 3L * height * width != values.length) {
            throw new IllegalArgumentException(
                    "expected 3 x " + height + " x " + width + " pixel values, found " + values.length);
        }
        return new PixelTensor(height, width, values);
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** Columns. */
    public int width() {
        return width;
    }

    /** [3, height, width]; a view, not to be written to. */
    public float[] values() {
        return values;
    }
}
