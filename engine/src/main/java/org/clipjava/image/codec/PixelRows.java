package org.clipjava.image.codec;

/** A picture of three samples a pixel, upright, whose rows may still be coming, from the top. */
public interface PixelRows {
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
    static PixelRows rgb(int width, int height, byte[] samples) {
        return new Complete(width, height, samples, false);
    }

    /** A picture that is complete and can be converted later, when it is known how much of it is needed. */
    static PixelRows yCbCr(int width, int height, byte[] samples) {
        return new Complete(width, height, samples, true);
    }

    /** All rows are there. */
    record Complete(int width, int height, byte[] samples, boolean isYCbCr) implements PixelRows {
        @Override
        public void await(int rows) {}
    }
}
