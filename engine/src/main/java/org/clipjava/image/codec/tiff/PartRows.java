package org.clipjava.image.codec.tiff;

import org.clipjava.image.codec.CodecException;

/** The rows of a strip or tile, decompressed one after the other. For one thread at a time. */
interface PartRows extends AutoCloseable {
    /**
     * Fills the next row.
     *
     * @return whether there was one; else the data end
     * @throws CodecException if they are damaged
     */
    boolean next(byte[] row) throws CodecException;

    @Override
    default void close() {}
}
