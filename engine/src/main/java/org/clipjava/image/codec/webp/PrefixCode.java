package org.clipjava.image.codec.webp;

import java.util.Arrays;

/**
 * A canonical prefix (Huffman) code as tables: the first is looked up with up to eight bits, and longer codes lead to a second one.
 *
 * <p>A code of one symbol takes no bits. All others must be complete, as libwebp wants them.
 */
final class PrefixCode {
    static final int MAX_LENGTH = 15;

    private static final int FIRST_BITS = 8;

    /** Of an entry: bits of the code, or 8 plus those that the second table is looked up with; above it a symbol or a place. */
    private static final int LENGTH_BITS = 8;

    private static final int LENGTH = (1 << LENGTH_BITS) - 1;

    private final int[] table;
    private final int mask;

    private PrefixCode(int[] table, int mask) {
        this.table = table;
        this.mask = mask;
    }

    /** Entries of the tables. */
    int size() {
        return table.length;
    }

    /** Whether it has one symbol, and so takes no bits. */
    boolean isConstant() {
        return table.length == 1;
    }

    /** The symbol of the shortest code, which a constant code always gives. */
    int constant() {
        return table[0] >>> LENGTH_BITS;
    }

    /** Reads a symbol; at least 15 bits can be peeked at. */
    int read(LosslessBits bits) {
        int next = bits.peek();
        int entry = table[next & mask];
        int length = entry & LENGTH;
        if (length > FIRST_BITS) {
            next >>>= FIRST_BITS;
            bits.skip(FIRST_BITS);
            entry = table[(entry >>> LENGTH_BITS) + (next & (1 << (length - FIRST_BITS)) - 1)];
            length = entry & LENGTH;
        }
        bits.skip(length);
        return entry >>> LENGTH_BITS;
    }

    /**
     * Whether the lengths make a code: some symbol has one, and either it is the only one or every sequence of bits begins with one
     * code.
     */
    static boolean isCode(byte[] lengths, int symbols) {
        int used = 0;
        int room = 0;
        for (int i = 0; i < symbols; i++) {
            if (lengths[i] > 0) {
                used++;
                room += 1 << (MAX_LENGTH - lengths[i]);
            }
        }
        return used == 1 || room == 1 << MAX_LENGTH;
    }

    /**
     * Makes the tables of a code.
     *
     * @param lengths of the symbols' codes, 0 to 15; zero for a symbol that has none
     * @param symbols how many of the lengths count
     * @param builder what is worked in
     */
    static PrefixCode of(byte[] lengths, int symbols, Builder builder) {
        return builder.build(lengths, symbols);
    }

    /** Arrays that every code is made in. */
    static final class Builder {
        private final int[] counts = new int[MAX_LENGTH + 2];
        private final int[] places = new int[MAX_LENGTH + 2];
        private final short[] sorted;

        /** For codes of up to so many symbols. */
        Builder(int maxSymbols) {
            sorted = new short[maxSymbols];
        }

        private PrefixCode build(byte[] lengths, int symbols) {
            Arrays.fill(counts, 0);
            for (int i = 0; i < symbols; i++) {
                counts[lengths[i]]++;
            }
            counts[0] = 0;
            int longest = 0;
            places[1] = 0;
            for (int length = 1; length <= MAX_LENGTH; length++) {
                places[length + 1] = places[length] + counts[length];
                longest = counts[length] > 0 ? length : longest;
            }
            int used = places[MAX_LENGTH + 1];
            for (int i = 0; i < symbols; i++) {
                if (lengths[i] > 0) {
                    sorted[places[lengths[i]]++] = (short) i;
                }
            }
            if (used == 1) {
                return new PrefixCode(new int[] {sorted[0] << LENGTH_BITS}, 0);
            }
            int firstBits = Math.min(FIRST_BITS, longest);
            int[] table = new int[size(firstBits, longest)];
            fill(table, firstBits, longest);
            return new PrefixCode(table, (1 << firstBits) - 1);
        }

        /** Entries of all tables. Codes are counted upwards, so those with the same first bits follow each other. */
        private int size(int firstBits, int longest) {
            int size = 1 << firstBits;
            if (longest <= FIRST_BITS) {
                return size;
            }
            int code = 0;
            int previous = -1;
            for (int length = 1; length <= longest; length++) {
                code <<= 1;
                for (int i = 0; i < counts[length]; i++, code++) {
                    if (length > FIRST_BITS && code >> (length - FIRST_BITS) != previous) {
                        previous = code >> (length - FIRST_BITS);
                        size += 1 << secondBits(length, i);
                    }
                }
            }
            return size;
        }

        /** How many bits the second table takes that begins with the {@code i}th code of a length: until it is full. */
        private int secondBits(int length, int i) {
            int left = (1 << (length - FIRST_BITS)) - (counts[length] - i);
            int longest = length;
            while (left > 0 && longest < MAX_LENGTH) {
                longest++;
                left = 2 * left - counts[longest];
            }
            return longest - FIRST_BITS;
        }

        private void fill(int[] table, int firstBits, int longest) {
            int symbol = 0;
            int code = 0;
            int previous = -1;
            int second = 1 << firstBits;
            int secondBits = 0;
            for (int length = 1; length <= longest; length++) {
                code <<= 1;
                for (int i = 0; i < counts[length]; i++, code++) {
                    int reversed = Integer.reverse(code) >>> (32 - length);
                    int value = sorted[symbol++] << LENGTH_BITS;
                    if (length <= FIRST_BITS) {
                        for (int at = reversed; at < 1 << firstBits; at += 1 << length) {
                            table[at] = value | length;
                        }
                        continue;
                    }
                    int first = code >> (length - FIRST_BITS);
                    if (first != previous) {
                        previous = first;
                        second += secondBits == 0 ? 0 : 1 << secondBits;
                        secondBits = secondBits(length, i);
                        table[reversed & (1 << FIRST_BITS) - 1] = second << LENGTH_BITS | FIRST_BITS + secondBits;
                    }
                    int restBits = length - FIRST_BITS;
                    for (int at = reversed >>> FIRST_BITS; at < 1 << secondBits; at += 1 << restBits) {
                        table[second + at] = value | restBits;
                    }
                }
            }
        }
    }
}
