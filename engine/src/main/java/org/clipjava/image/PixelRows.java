package org.clipjava.image;

/** A picture of three samples a pixel whose rows may still be coming, from the top. */
interface PixelRows {
    int width();

    int height();

    /** [height, width, 3]; rows that were waited for can be read. */
    byte[] samples();

    /** Whether the samples are JPEG's YCbCr, not RGB. */
    boolean isYCbCr();

    /**
     * Waits until the first {@code rows} rows are there.
     *
     * @throws java.util.concurrent.CancellationException if they will never be
     */
    void await(int rows);

    /** A picture that is complete. */
    static PixelRows of(RgbImage image) {
        return new Complete(image.width(), image.height(), image.rgb(), false);
    }

    /** All rows are there. */
    record Complete(int width, int height, byte[] samples, boolean isYCbCr) implements PixelRows {
        @Override
        public void await(int rows) {}
    }
}
