package org.clipjava.image.codec.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.clipjava.image.codec.LittleEndian;

/** XXH64 with seed 0, piece by piece. */
final class XxHash64 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private static final int STRIPE = 32;

    /** P1 + P2, without the carry. */
    private static final long P1_AND_P2 = 0x60EA27EEADC0B5D6L;

    private final long[] lanes = {P1_AND_P2, P2, 0, -P1};

    /** What does not fill a stripe yet. */
    private final byte[] held = new byte[STRIPE];

    private int n;
    private long total;

    void update(byte[] data, int start, int length) {
        total += length;
        int at = start;
        int end = start + length;
        if (n > 0) {
            int some = Math.min(STRIPE - n, length);
            System.arraycopy(data, at, held, n, some);
            n += some;
            at += some;
            if (n < STRIPE) {
                return;
            }
            stripe(held, 0);
        }
        for (; end - at >= STRIPE; at += STRIPE) {
            stripe(data, at);
        }
        n = end - at;
        System.arraycopy(data, at, held, 0, n);
    }

    private void stripe(byte[] data, int at) {
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = round(lanes[i], (long) LONGS.get(data, at + Long.BYTES * i));
        }
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * P2, 31) * P1;
    }

    long value() {
        long hash = P5;
        if (total >= STRIPE) {
            hash = Long.rotateLeft(lanes[0], 1)
                    + Long.rotateLeft(lanes[1], 7)
                    + Long.rotateLeft(lanes[2], 12)
                    + Long.rotateLeft(lanes[3], 18);
            for (long lane : lanes) {
                hash = (hash ^ round(0, lane)) * P1 + P4;
            }
        }
        hash += total;
        int at = 0;
        for (; n - at >= Long.BYTES; at += Long.BYTES) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(held, at)), 27) * P1 + P4;
        }
        if (n - at >= Integer.BYTES) {
            hash = Long.rotateLeft(hash ^ LittleEndian.unsigned32(held, at) * P1, 23) * P2 + P3;
            at += Integer.BYTES;
        }
        for (; at < n; at++) {
            hash = Long.rotateLeft(hash ^ (held[at] & 0xff) * P5, 11) * P1;
        }
        hash = (hash ^ hash >>> 33) * P2;
        hash = (hash ^ hash >>> 29) * P3;
        return hash ^ hash >>> 32;
    }
}
