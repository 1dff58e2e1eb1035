package org.clipjava.image.codec.jpeg;

import java.util.List;

/**
 * A scan's header.
 *
 * @param components one for a scan that is not interleaved
 * @param first coefficient that it has, in zigzag order; 0 is the DC one
 * @param last coefficient that it has
 * @param high the bit above those that it has, 0 in a coefficient's first scan
 * @param low the lowest bit that it has
 * @param number from 1 on
 */
record Scan(List<Component> components, int first, int last, int high, int low, int number) {
    /** The most blocks that interleaved components may have in an MCU. */
    static final int MAX_BLOCKS = 10;

    boolean interleaved() {
        return components.size() > 1;
    }
}
