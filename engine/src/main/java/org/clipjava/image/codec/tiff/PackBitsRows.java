package org.clipjava.image.codec.tiff;

import java.util.Arrays;

/** Apple's run lengths, which may go on in the next row. */
final class PackBitsRows implements PartRows {
    private final byte[] data;
    private final int end;
    private int at;
    private int left;
    private boolean literal;

    PackBitsRows(byte[] data, int start, int end) {
        this.data = data;
        this.at = start;
        this.end = end;
    }

    @Override
    public boolean next(byte[] row) {
        int n = 0;
        while (n < row.length) {
            if (left == 0 && !readCode()) {
                return false;
            }
            int some = Math.min(left, row.length - n);
            if (literal) {
                some = Math.min(some, end - at);
                System.arraycopy(data, at, row, n, some);
                at += some;
            } else {
                Arrays.fill(row, n, n + some, data[at - 1]);
            }
            if (some == 0) {
                return false;
            }
            n += some;
            left -= some;
        }
        return true;
    }

    /** Whether there is one more. */
    private boolean readCode() {
        while (at < end && data[at] == -128) {
            at++;
        }
        if (end - at < 2) {
            return false;
        }
        int code = data[at++];
        literal = code >= 0;
        left = literal ? code + 1 : 1 - code;
        at += literal ? 0 : 1;
        return true;
    }
}
