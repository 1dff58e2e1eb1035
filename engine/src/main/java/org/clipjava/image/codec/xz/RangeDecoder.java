package org.clipjava.image.codec.xz;

import org.clipjava.image.codec.CodecException;

/** Bits of a range coder, whose probabilities of 0 are held in 11 bits and follow what was read. */
final class RangeDecoder {
    /** Bytes that a chunk begins with: one of 0, and those of the code. */
    private static final int FIRST = 5;

    private static final int PROBABILITY_BITS = 11;
    private static final int CERTAIN = 1 << PROBABILITY_BITS;

    /** Of 0, where nothing was read yet. */
    static final short EVEN = CERTAIN / 2;

    /** How much of what is left to certainty a bit adds, as a shift. */
    private static final int STEP = 5;

    private final byte[] data;
    private int at;
    private int end;
    private int range;
    private int code;

    RangeDecoder(byte[] data) {
        this.data = data;
    }

    /** Begins a chunk. */
    void begin(int start, int stop) throws CodecException {
        if (stop - start < FIRST || data[start] != 0) {
            throw Corrupt.xz("expected a chunk of at least " + FIRST + " bytes that begins with 0, found one of "
                    + (stop - start));
        }
        at = start + 1;
        end = stop;
        range = -1;
        code = 0;
        for (int i = 1; i < FIRST; i++) {
            code = code << 8 | next();
        }
    }

    private int next() throws CodecException {
        if (at >= end) {
            throw Corrupt.xz("expected the symbols of a chunk, its bytes end before");
        }
        return data[at++] & 0xff;
    }

    private void widen() throws CodecException {
        if (range >>> 24 == 0) {
            range <<= 8;
            code = code << 8 | next();
        }
    }

    /** A chunk's symbols end where its bytes do, with a code of 0. */
    void finish() throws CodecException {
        widen();
        if (code != 0 || at != end) {
            throw Corrupt.xz("expected the symbols of a chunk to end with its bytes, found " + (end - at) + " more");
        }
    }

    int bit(short[] probabilities, int index) throws CodecException {
        widen();
        int probability = probabilities[index];
        int bound = (range >>> PROBABILITY_BITS) * probability;
        if (Integer.compareUnsigned(code, bound) < 0) {
            range = bound;
            probabilities[index] = (short) (probability + ((CERTAIN - probability) >> STEP));
            return 0;
        }
        range -= bound;
        code -= bound;
        probabilities[index] = (short) (probability - (probability >> STEP));
        return 1;
    }

    /** A number, its highest bit first; each bit has a probability for each beginning, from {@code from + 1} on. */
    int number(short[] probabilities, int from, int bits) throws CodecException {
        int value = 1;
        for (int i = 0; i < bits; i++) {
            value = value << 1 | bit(probabilities, from + value);
        }
        return value - (1 << bits);
    }

    /** The same, its lowest bit first. */
    int reversed(short[] probabilities, int from, int bits) throws CodecException {
        int beginning = 1;
        int value = 0;
        for (int i = 0; i < bits; i++) {
            int bit = bit(probabilities, from + beginning);
            beginning = beginning << 1 | bit;
            value |= bit << i;
        }
        return value;
    }

    /** A number whose bits are 0 or 1 alike. */
    int even(int bits) throws CodecException {
        int value = 0;
        for (int i = 0; i < bits; i++) {
            widen();
            range >>>= 1;
            int bit = Integer.compareUnsigned(code, range) < 0 ? 0 : 1;
            code -= range & -bit;
            value = value << 1 | bit;
        }
        return value;
    }
}
