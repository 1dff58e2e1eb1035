package org.clipjava.image.codec;

/** The strings that LZW's codes stand for, in GIF and in TIFF: with each code the table grows by one. */
public final class LzwStrings {
    private static final int TABLE = 4096;
    private static final int MOST_BITS = 12;

    private final int rootBits;
    private final int clear;
    private final int early;
    private final byte[] suffix = new byte[TABLE];
    private final short[] prefix = new short[TABLE];

    /** The string of the last code, its end first. */
    private final byte[] string = new byte[TABLE + 1];

    /** How many bytes at its beginning are still to be taken, the last first. */
    private int left;

    private int codeBits;
    private int next;
    private int previous;
    private int first;

    /**
     * An empty table.
     *
     * @param rootBits bits of the codes that stand for themselves; the two after them clear the table and end the data
     * @param early how many codes before they must the codes get longer
     */
    public LzwStrings(int rootBits, int early) {
        this.rootBits = rootBits;
        this.early = early;
        clear = 1 << rootBits;
        clear();
    }

    /** Forgets all codes but those that stand for themselves. */
    public void clear() {
        codeBits = rootBits + 1;
        next = clear + 2;
        previous = -1;
    }

    /** The code that clears the table; the next one ends the data. */
    public int clearCode() {
        return clear;
    }

    /** How long the next code is, in bits. */
    public int codeBits() {
        return codeBits;
    }

    /**
     * Reads a string's code, after all of the last one was taken.
     *
     * @return whether there can be such a code here
     */
    public boolean read(int code) {
        if (previous < 0 ? code > clear : code > next) {
            return false;
        }
        // The string of a code is read from its end.
        int rest = code;
        if (code == next) {
            string[left++] = (byte) first;
            rest = previous;
        }
        while (rest >= clear) {
            string[left++] = suffix[rest];
            rest = prefix[rest];
        }
        first = rest;
        string[left++] = (byte) rest;
        if (previous >= 0 && next < TABLE) {
            suffix[next] = (byte) first;
            prefix[next] = (short) previous;
            next++;
            if (next == (1 << codeBits) - early && codeBits < MOST_BITS) {
                codeBits++;
            }
        }
        previous = code;
        return true;
    }

    /** The first code that can't come next. */
    public int beyond() {
        return previous < 0 ? clear : next + 1;
    }

    /** Fills a row from a place on with what is left of the string, and returns the place after it. */
    public int take(byte[] row, int from) {
        int to = from;
        while (left > 0 && to < row.length) {
            row[to++] = string[--left];
        }
        return to;
    }
}
