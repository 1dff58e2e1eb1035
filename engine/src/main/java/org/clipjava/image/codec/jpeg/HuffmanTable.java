package org.clipjava.image.codec.jpeg;

import java.util.Arrays;

/**
 * A Huffman code, and how bits are looked up in it.
 *
 * <p>An entry of {@link #byBits} says what the next {@link #LOOK_AHEAD} bits begin with. Its lowest byte is how many bits
 * that takes; if 0, the code is longer. Bits 8 to 11 are the high half of the symbol. If {@link #EXTRA} is set, as many
 * bits follow as the entry's upper half says; else the upper half is the value that they stand for, or 0.
 */
final class HuffmanTable {
    static final int LOOK_AHEAD = 10;
    static final int EXTRA = 1 << 15;

    /** libjpeg reads 17 bits before it gives up, and goes on as if the symbol were 0. */
    private static final int NO_CODE_BITS = 17;

    private static final int LONGEST = 16;

    private final int[] byBits = new int[1 << LOOK_AHEAD];

    /** What {@link #find} says of as many bits; 0 if the code is longer. */
    private final int[] foundByBits = new int[1 << LOOK_AHEAD];

    /** By length: what codes of it are less than, when they are filled up to 16 bits; ascending. */
    private final int[] limit = new int[LONGEST + 1];

    /** By length: where the first code's symbol is, less that code. */
    private final int[] offset = new int[LONGEST + 1];

    private final byte[] symbols;
    private final boolean valid;
    private final boolean validForDc;

    /**
     * Makes a table of the file's description.
     *
     * @param counts of codes of 1 to 16 bits; 256 in all at most
     * @param symbols in the order of their codes
     */
    HuffmanTable(byte[] counts, byte[] symbols) {
        this.symbols = Arrays.copyOf(symbols, 256);
        boolean fits = true;
        int code = 0;
        int next = 0;
        for (int length = 1; length <= LONGEST; length++) {
            offset[length] = next - code;
            int count = counts[length - 1] & 0xff;
            next += count;
            code += count;
            // Of one length the code of ones alone must be left, once there has been a code.
            fits &= next == 0 || code < 1 << length;
            limit[length] = code << (LONGEST - length);
            code <<= 1;
        }
        valid = fits;
        boolean small = true;
        for (int i = 0; i < next; i++) {
            small &= (symbols[i] & 0xff) <= 15;
        }
        validForDc = small;
        if (valid) {
            fill();
        }
    }

    boolean isValid(boolean dc) {
        return valid && (!dc || validForDc);
    }

    private void fill() {
        for (int bits = 0; bits < byBits.length; bits++) {
            int found = find(bits << (LONGEST - LOOK_AHEAD));
            int length = found & 0xff;
            int symbol = found >> 8;
            if (length > LOOK_AHEAD) {
                continue; // the bits that are missing decide
            }
            foundByBits[bits] = found;
            int run = symbol >> 4;
            int size = symbol & 15;
            if (length + size <= LOOK_AHEAD) {
                int extra = (bits >> (LOOK_AHEAD - length - size)) & ((1 << size) - 1);
                byBits[bits] = extend(extra, size) << 16 | run << 8 | (length + size);
            } else {
                byBits[bits] = size << 16 | EXTRA | run << 8 | length;
            }
        }
    }

    /** {@link #find} of a buffer's first bits. */
    int symbol(long buffer) {
        int found = foundByBits[(int) (buffer >>> (Long.SIZE - LOOK_AHEAD))];
        return found == 0 ? find((int) (buffer >>> (Long.SIZE - LONGEST))) : found;
    }

    /** The entry as in {@link #byBits}, also of a code that is longer than that looks ahead. */
    int entry(long buffer) {
        int entry = byBits[(int) (buffer >>> (Long.SIZE - LOOK_AHEAD))];
        return entry == 0 ? longEntry((int) (buffer >>> (Long.SIZE - LONGEST))) : entry;
    }

    private int longEntry(int sixteenBits) {
        int found = find(sixteenBits);
        int symbol = found >> 8;
        int extra = (symbol & 15) == 0 ? 0 : EXTRA;
        return (symbol & 15) << 16 | extra | (symbol >> 4) << 8 | (found & 0xff);
    }

    /** Symbol and length, {@code symbol << 8 | length}, of what the next 16 bits begin with. */
    int find(int sixteenBits) {
        for (int length = 1; length <= LONGEST; length++) {
            if (sixteenBits < limit[length]) {
                int code = sixteenBits >> (LONGEST - length);
                return (symbols[(code + offset[length]) & 0xff] & 0xff) << 8 | length;
            }
        }
        return NO_CODE_BITS;
    }

    /** What {@code size} bits stand for: the lower half of their range is for negative values. */
    static int extend(int bits, int size) {
        return size == 0 || bits >= 1 << (size - 1) ? bits : bits - (1 << size) + 1;
    }
}
