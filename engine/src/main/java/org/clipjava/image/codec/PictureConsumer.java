package org.clipjava.image.codec;

/** Takes a picture as it is decoded: upright, from the top, each row once. For one thread at a time, though not always the same. */
public interface PictureConsumer {
    /** The picture's size, before all rows. */
    void begin(int width, int height);

    /**
     * The next rows.
     *
     * @param rgb [count, width, 3] from {@code at} on; may be written over after the call
     */
    void rows(byte[] rgb, int at, int count);

    /** Who may do a part of the work, and hand rows over, one thread at a time. */
    default Helpers helpers() {
        return Helpers.NONE;
    }

    /** A picture that is whole already, instead of {@link #begin} and {@link #rows}; its samples are not written to any more. */
    default void whole(PixelRows picture) {
        begin(picture.width(), picture.height());
        rows(picture.rgb(), 0, picture.height());
    }
}
