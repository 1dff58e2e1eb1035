package org.clipjava.kernel;

import java.lang.foreign.MemorySegment;
import org.clipjava.encoder.Availability;

/**
 * Multiplies of narrow numbers with instructions that the Vector API can't reach. Implemented outside this module, found as a service
 * of {@link Provider}s, and used only where it was asked for. Thread-safe.
 */
public interface DotProducts extends AutoCloseable {
    /** Bytes from one row of activations to the next. */
    int STRIDE = 1024 + 64;

    /** Inputs of one call at the most. */
    int MAX_INPUTS = 1024;

    /** Rows are computed in groups of so many: room for a whole number of groups has to be there, whatever it holds. */
    int ROWS_STEP = 32;

    /** What computes, for people: {@code machine code, AMX}. */
    String description();

    /**
     * Adds to {@code sums} the product of levels from 0 to 255 and a part of a panel of INT8 weights.
     *
     * @param rows M
     * @param inputs K, a multiple of 64, up to {@link #MAX_INPUTS}
     * @param levels [M, K] from byte {@code levelsAt} on, rows {@link #STRIDE} apart; native memory
     * @param weights [K / 4, 32, 4] from byte {@code weightsAt} on; native memory
     * @param sums [M, 32] ints from its start on; native memory
     * @throws IndexOutOfBoundsException if a segment is shorter than that, with M rounded up to a multiple of {@link #ROWS_STEP}
     */
    void multiply(
            int rows,
            int inputs,
            MemorySegment levels,
            long levelsAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment sums);

    /** Gives back what it holds; no call may be under way. */
    @Override
    void close();

    /** Makes them. A provider's class must load where they can't be had. */
    interface Provider {
        /** As {@code --backend} names it: one lower-case word. */
        String name();

        /** What they would run on, or what is missing. */
        Availability availability();

        /**
         * Makes them; to be closed.
         *
         * @throws IllegalStateException if something is missing
         */
        DotProducts open();
    }
}
