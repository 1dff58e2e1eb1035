package org.clipjava.image.codec.tiff;

import org.clipjava.image.codec.CodecException;

/** TIFF's LZW: codes of 9 to 12 bits from the highest bit on, or, as of before TIFF 6, from the lowest. */
final class LzwRows implements PartRows {
    private static final int TABLE = 4096;
    private static final int CLEAR = 256;
    private static final int END = 257;

    private final byte[] data;
    private final int end;
    private final boolean old;
    private int at;

    private final byte[] suffix = new byte[TABLE];
    private final short[] prefix = new short[TABLE];

    /** The string of the last code, its end first. */
    private final byte[] string = new byte[TABLE];

    private int left;
    private int codeBits = 9;
    private int next = END + 1;
    private int previous = -1;
    private int first;
    private int buffer;
    private int buffered;

    LzwRows(byte[] data, int start, int end) {
        this.data = data;
        this.at = start;
        this.end = end;
        old = end - start >= 2 && data[start] == 0 && (data[start + 1] & 1) != 0;
    }

    @Override
    public boolean next(byte[] row) throws CodecException {
        int n = 0;
        while (n < row.length) {
            if (left == 0 && !readString()) {
                return false;
            }
            while (left > 0 && n < row.length) {
                row[n++] = string[--left];
            }
        }
        return true;
    }

    /** Whether there is one more. */
    private boolean readString() throws CodecException {
        int code = readCode();
        while (code == CLEAR) {
            codeBits = 9;
            next = END + 1;
            previous = -1;
            code = readCode();
        }
        if (code < 0 || code == END) {
            return false;
        }
        if (previous < 0 ? code > CLEAR : code > next) {
            throw new CodecException("corrupt TIFF: expected an LZW code below " + next + ", found " + code);
        }
        int rest = code;
        if (code == next) {
            string[left++] = (byte) first;
            rest = previous;
        }
        while (rest > END) {
            string[left++] = suffix[rest];
            rest = prefix[rest];
        }
        first = rest;
        string[left++] = (byte) rest;
        if (previous >= 0 && next < TABLE) {
            suffix[next] = (byte) first;
            prefix[next] = (short) previous;
            next++;
            // The widths grow a code earlier than they must, but not in old files.
            if (next >= (1 << codeBits) - (old ? 0 : 1) && codeBits < 12) {
                codeBits++;
            }
        }
        previous = code;
        return true;
    }

    /** -1 where the data end. */
    private int readCode() {
        while (buffered < codeBits) {
            if (at >= end) {
                return -1;
            }
            int more = data[at++] & 0xff;
            buffer = old ? buffer | more << buffered : buffer << 8 | more;
            buffered += 8;
        }
        buffered -= codeBits;
        int code;
        if (old) {
            code = buffer & ((1 << codeBits) - 1);
            buffer >>>= codeBits;
        } else {
            code = buffer >> buffered & ((1 << codeBits) - 1);
            buffer &= (1 << buffered) - 1;
        }
        return code;
    }
}
