package org.clipjava.image.codec.xz;

/** Differences to the byte so many before. */
final class Delta {
    private final byte[] last;
    private int at;

    /** @param distance from 1 on */
    Delta(int distance) {
        last = new byte[distance];
    }

    /** Undoes them, piece by piece. */
    void sum(byte[] bytes, int from, int n) {
        for (int i = from; i < from + n; i++) {
            bytes[i] += last[at];
            last[at] = bytes[i];
            at = at + 1 < last.length ? at + 1 : 0;
        }
    }
}
