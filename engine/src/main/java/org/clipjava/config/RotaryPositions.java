package org.clipjava.config;

/**
 * Positions of patches as turns of queries and keys (Su et al., 2021), in every layer. Neighbouring components of a head are a pair; the first
 * half of the pairs turns by the patch's column, the other by its row, each i-th of D / 4 by coordinate / 10,000^(4i / D). Tokens that stand
 * before the patches are not turned. Immutable and thread-safe.
 *
 * @param offset added to coordinates, which count from 0
 */
public record RotaryPositions(int offset) {
    /**
     * Positions as turns.
     *
     * @throws IllegalArgumentException if the offset is out of range
     */
    public RotaryPositions {
        ConfigChecks.inRange("rotary offset", offset, 0, 1 << 10);
    }
}
