package org.clipjava.image;

/** Sees a picture while it is decoded, for who needs more of it than a preprocessor's pixels: upright, from the top, each row once. */
public interface RowListener {
    /** The picture's size, before all rows. */
    void begin(int width, int height);

    /**
     * The next rows.
     *
     * @param rgb [count, width, 3] from {@code at} on; not to be written to, and other rows after the call
     */
    void rows(byte[] rgb, int at, int count);
}
