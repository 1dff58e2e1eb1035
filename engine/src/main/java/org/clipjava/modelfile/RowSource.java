package org.clipjava.modelfile;

import java.io.IOException;

/** Values of a tensor that is to be written, row-major, read when they are wanted. Used by one thread at a time. */
public interface RowSource {
    /** What messages call it: the file it is in, and its name there. */
    String name();

    /** How many values it has. */
    long elements();

    /**
     * Reads {@code values.length} values, widened to float without loss; infinite ones and NaN as they are.
     *
     * @param first index of the first, row-major
     */
    void read(long first, float[] values) throws IOException;
}
