package org.clipjava.image.codec.tiff;

import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LzwStrings;

/** TIFF's LZW: codes of 9 to 12 bits from the highest bit on, or, as of before TIFF 6, from the lowest. */
final class LzwRows implements PartRows {
    private final byte[] data;
    private final int end;
    private final boolean old;
    private final LzwStrings strings;
    private int at;
    private int buffer;
    private int buffered;

    LzwRows(byte[] data, int start, int end) {
        this.data = data;
        this.at = start;
        this.end = end;
        old = end - start >= 2 && data[start] == 0 && (data[start + 1] & 1) != 0;
        // The lengths grow a code earlier than they must, but not in old files.
        strings = new LzwStrings(8, old ? 0 : 1);
    }

    @Override
    public boolean next(byte[] row) throws CodecException {
        int n = strings.take(row, 0);
        while (n < row.length) {
            if (!readString()) {
                return false;
            }
            n = strings.take(row, n);
        }
        return true;
    }

    /** Whether there is one more. */
    private boolean readString() throws CodecException {
        int code = readCode();
        while (code == strings.clearCode()) {
            strings.clear();
            code = readCode();
        }
        if (code < 0 || code == strings.clearCode() + 1) {
            return false;
        }
        if (!strings.read(code)) {
            throw new CodecException(
                    "corrupt TIFF: expected an LZW code below " + strings.beyond() + ", found " + code);
        }
        return true;
    }

    /** -1 where the data end. */
    private int readCode() {
        int codeBits = strings.codeBits();
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
