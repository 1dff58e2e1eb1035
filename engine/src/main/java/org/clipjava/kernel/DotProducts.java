package org.clipjava.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.clipjava.encoder.Availability;

/**
 * Multiplies of narrow numbers with instructions that the Vector API can't reach. Implemented outside this module, found as a service
 * of {@link Provider}s, and used only where it was asked for. Thread-safe.
 */
public interface DotProducts extends AutoCloseable {
    /** Bytes from one row of activations to the next. */
    int STRIDE = 1024 + 64;

    /** Bytes from one row of activations of bf16 to the next. */
    int PAIRS_STRIDE = 2 * 1024 + 64;

    /** Inputs of one call at the most. */
    int MAX_INPUTS = 1024;

    /** Inputs of bf16 come in multiples of this. */
    int PAIRS_STEP = 32;

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
     * @param ahead what will be wanted next: it may be asked for early, and is not read; may be empty
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
            MemorySegment ahead,
            MemorySegment sums);

    /** How {@link #multiplyPairs} wants its inputs; empty where it can't be called, as by default. */
    default Optional<PairOrder> pairOrder() {
        return Optional.empty();
    }

    /**
     * Adds to {@code sums} the product of activations and a part of a panel of weights, both in bf16 and each 0, or 2^-56 and more away from
     * it, or no finite number.
     *
     * <p>Of each 32 inputs, products of the even ones are added up from 0 on, one after the other, and those of the odd ones; each such step
     * is a fused multiply-add of floats. Then one of both sums is added to the other, and what comes out to what {@code sums} held.
     *
     * @param rows M
     * @param inputs K, a multiple of 32, up to {@link #MAX_INPUTS}
     * @param values [M, K] from byte {@code valuesAt} on, in the order of {@link #pairOrder}, rows {@link #PAIRS_STRIDE} apart; native memory
     * @param weights [K / 2, 32, 2] from byte {@code weightsAt} on, inputs in that order; native memory
     * @param ahead what will be wanted next: it may be asked for early, and is not read; may be empty
     * @param sums [M, 32] floats from its start on; native memory
     * @throws IndexOutOfBoundsException if a segment is shorter than that, with M rounded up to a multiple of {@link #ROWS_STEP}
     * @throws UnsupportedOperationException if there are no instructions for it
     */
    default void multiplyPairs(
            int rows,
            int inputs,
            MemorySegment values,
            long valuesAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment ahead,
            MemorySegment sums) {
        throw new UnsupportedOperationException(description() + ": multiplies no bf16");
    }

    /** Which inputs stand side by side as a pair. */
    enum PairOrder {
        /** An even one, and the odd one behind it. */
        NEIGHBOURS(0, 1, 2, 3),
        /** The second even one of four and the first; then the second odd one and the first. */
        SECOND_FIRST(2, 0, 3, 1);

        /** Inputs that stand in some order among themselves, which is that of all others too. */
        static final int GROUP = 4;

        private final int first;
        private final int second;
        private final int third;
        private final int fourth;

        PairOrder(int first, int second, int third, int fourth) {
            this.first = first;
            this.second = second;
            this.third = third;
            this.fourth = fourth;
        }

        /** The input that stands in a place. */
        public int input(int place) {
            int group = place - place % GROUP;
            return group
                    + switch (place % GROUP) {
                        case 0 -> first;
                        case 1 -> second;
                        case 2 -> third;
                        default -> fourth;
                    };
        }
    }

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
