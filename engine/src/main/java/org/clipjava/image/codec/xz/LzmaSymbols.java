package org.clipjava.image.codec.xz;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/** Literals and matches of LZMA, which go to a dictionary. */
final class LzmaSymbols {
    /** What a chunk's properties are at most: literals by up to 8 bits before, places by up to 4 bits. */
    static final int MOST_PROPERTIES = (4 * 5 + 4) * 9 + 8;

    private static final int MOST_LITERAL_BITS = 4;
    private static final int SHORTEST_MATCH = 2;

    /** States from here on follow a match. */
    private static final int AFTER_MATCH = 7;

    private static final int STATES = 12;
    private static final int PLACES = 16;

    // Where the probabilities of each kind begin.
    private static final int IS_MATCH = 0;
    private static final int IS_REPEATED = IS_MATCH + STATES * PLACES;
    private static final int IS_OLDER = IS_REPEATED + STATES;
    private static final int IS_THIRD = IS_OLDER + STATES;
    private static final int IS_FOURTH = IS_THIRD + STATES;
    private static final int IS_LONG = IS_FOURTH + STATES;
    private static final int SLOTS = IS_LONG + STATES * PLACES;
    private static final int SLOT_BITS = 6;
    private static final int SLOTS_OF_LENGTHS = 4;
    private static final int MIDDLE = SLOTS + (SLOTS_OF_LENGTHS << SLOT_BITS);
    private static final int MIDDLE_SLOTS = 14;
    private static final int LOWEST = MIDDLE + 115;
    private static final int LOWEST_BITS = 4;
    private static final int LENGTHS = LOWEST + (1 << LOWEST_BITS);
    private static final int SHORT_BITS = 3;
    private static final int LONG_BITS = 8;
    private static final int SHORT = 2;
    private static final int MEDIUM = SHORT + (PLACES << SHORT_BITS);
    private static final int LONG = MEDIUM + (PLACES << SHORT_BITS);
    private static final int REPEATED_LENGTHS = LENGTHS + LONG + (1 << LONG_BITS);
    private static final int LITERALS = REPEATED_LENGTHS + LONG + (1 << LONG_BITS);
    private static final int OF_LITERAL = 0x300;

    private final RangeDecoder in;
    private final Dictionary dictionary;
    private short[] probabilities = new short[0];
    private int inUse;
    private int contextBits;
    private int contextPlaces;
    private int places;
    private int state;

    /** How far back the last four matches lay, the last one first, less 1. */
    private final int[] distances = new int[4];

    LzmaSymbols(RangeDecoder in, Dictionary dictionary) {
        this.in = in;
        this.dictionary = dictionary;
    }

    /** Takes other properties, at most the most. */
    void setProperties(int properties) throws CodecException {
        contextBits = properties % 9;
        int placeBits = properties / 9 % 5;
        if (contextBits + placeBits > MOST_LITERAL_BITS) {
            throw Corrupt.xz("expected literals by at most " + MOST_LITERAL_BITS + " bits of what is before, found "
                    + (contextBits + placeBits));
        }
        contextPlaces = (1 << placeBits) - 1;
        places = (1 << (properties / 45)) - 1;
        inUse = LITERALS + (OF_LITERAL << (contextBits + placeBits));
        if (probabilities.length == 0) {
            probabilities = new short[LITERALS + (OF_LITERAL << MOST_LITERAL_BITS)];
        }
    }

    /** Begins as if nothing had been read. */
    void reset() {
        Arrays.fill(probabilities, 0, inUse, RangeDecoder.EVEN);
        Arrays.fill(distances, 0);
        state = 0;
    }

    /**
     * Reads symbols until there are enough bytes.
     *
     * @param most bytes up to the end of the chunk
     * @return how many there are: as many as a match has may be more than enough
     */
    int read(int enough, int most) throws CodecException {
        int done = 0;
        while (done < enough) {
            int place = dictionary.position() & places;
            if (in.bit(probabilities, IS_MATCH + state * PLACES + place) == 0) {
                dictionary.put((byte) literal());
                state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
                done++;
                continue;
            }
            int length = in.bit(probabilities, IS_REPEATED + state) == 0 ? match(place) : repeated(place);
            if (length > most - done) {
                throw Corrupt.xz("expected a match of at most " + (most - done)
                        + " bytes before the end of its chunk, found " + length);
            }
            dictionary.repeat(distance(), length);
            done += length;
        }
        return done;
    }

    private long distance() {
        return (distances[0] & 0xffffffffL) + 1;
    }

    private int literal() throws CodecException {
        int context = (dictionary.position() & contextPlaces) << contextBits
                | ((dictionary.before(1) & 0xff) >> (8 - contextBits));
        int from = LITERALS + context * OF_LITERAL;
        int value = 1;
        if (state >= AFTER_MATCH) {
            // By the bits of the byte that would continue the match, as long as they are the same.
            int expected = dictionary.before(distance()) & 0xff;
            int bit = 0;
            int same = 0;
            while (value < 0x100 && bit == same) {
                expected <<= 1;
                same = expected >> 8 & 1;
                bit = in.bit(probabilities, from + ((1 + same) << 8) + value);
                value = value << 1 | bit;
            }
        }
        while (value < 0x100) {
            value = value << 1 | in.bit(probabilities, from + value);
        }
        return value;
    }

    private int match(int place) throws CodecException {
        int length = length(LENGTHS, place);
        System.arraycopy(distances, 0, distances, 1, distances.length - 1);
        distances[0] = newDistance(length);
        state = state < AFTER_MATCH ? AFTER_MATCH : 10;
        return length;
    }

    /** Of a distance of before, or a single byte of the last one. */
    private int repeated(int place) throws CodecException {
        if (in.bit(probabilities, IS_OLDER + state) == 0) {
            if (in.bit(probabilities, IS_LONG + state * PLACES + place) == 0) {
                state = state < AFTER_MATCH ? 9 : 11;
                return 1;
            }
        } else {
            int which = 1;
            if (in.bit(probabilities, IS_THIRD + state) != 0) {
                which = 2 + in.bit(probabilities, IS_FOURTH + state);
            }
            int distance = distances[which];
            System.arraycopy(distances, 0, distances, 1, which);
            distances[0] = distance;
        }
        int length = length(REPEATED_LENGTHS, place);
        state = state < AFTER_MATCH ? 8 : 11;
        return length;
    }

    private int length(int from, int place) throws CodecException {
        if (in.bit(probabilities, from) == 0) {
            return SHORTEST_MATCH + in.number(probabilities, from + SHORT + (place << SHORT_BITS), SHORT_BITS);
        }
        int shorts = 1 << SHORT_BITS;
        if (in.bit(probabilities, from + 1) == 0) {
            return SHORTEST_MATCH
                    + shorts
                    + in.number(probabilities, from + MEDIUM + (place << SHORT_BITS), SHORT_BITS);
        }
        return SHORTEST_MATCH + 2 * shorts + in.number(probabilities, from + LONG, LONG_BITS);
    }

    /** Less 1, without a sign. */
    private int newDistance(int length) throws CodecException {
        int ofLength = Math.min(length - SHORTEST_MATCH, SLOTS_OF_LENGTHS - 1);
        int slot = in.number(probabilities, SLOTS + (ofLength << SLOT_BITS), SLOT_BITS);
        if (slot < 4) {
            return slot;
        }
        int bits = (slot >> 1) - 1;
        int distance = (2 | (slot & 1)) << bits;
        if (slot < MIDDLE_SLOTS) {
            return distance + in.reversed(probabilities, MIDDLE + distance - slot, bits);
        }
        return distance
                + (in.even(bits - LOWEST_BITS) << LOWEST_BITS)
                + in.reversed(probabilities, LOWEST, LOWEST_BITS);
    }
}
