package org.clipjava.image.codec.jpeg;

/** Takes a picture's rows as they are decoded, from the top, each once. */
@FunctionalInterface
public interface RowConsumer {
    /**
     * Takes some rows. An exception ends the decoding and is passed on.
     *
     * @param y of the first row
     * @param count of rows
     * @param rgb [count, width, 3] from its start on; whatever is behind has no meaning, and all of it is written over
     *     after the call
     */
    void rows(int y, int count, byte[] rgb);
}
