package org.clipjava.image.codec.xz;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/** What was decompressed last: as much as a match may reach, in a ring, and of it what nobody took yet. It grows as it is filled. */
final class Dictionary {
    private static final int SMALLEST = 1 << 12;

    /** What it has room for at first; then for all. */
    private static final int FIRST = 1 << 16;

    private byte[] ring = new byte[0];

    /** How far matches reach, and how much of the ring is in use. */
    private int size = SMALLEST;

    private int capacity;

    /** Where the next byte goes. */
    private int at;

    /** How many there are, at most the size. */
    private int filled;

    private int left;

    /** Bytes since the last reset; of interest are the lowest bits. */
    private int position;

    /** Begins anew, with another size: how far matches reach. All that was there has been taken. */
    void begin(int reach) {
        size = Math.max(reach, SMALLEST);
        capacity = Math.min(size, ring.length);
        at = 0;
        reset();
    }

    /** Forgets what was there; all of it has been taken. */
    void reset() {
        filled = 0;
        position = 0;
    }

    void put(byte value) {
        if (at == capacity) {
            if (capacity < size) {
                grow();
            } else {
                at = 0;
            }
        }
        ring[at++] = value;
        filled = Math.min(filled + 1, size);
        position++;
        left++;
    }

    private void grow() {
        capacity = capacity < FIRST ? Math.min(size, FIRST) : size;
        if (ring.length < capacity) {
            ring = Arrays.copyOf(ring, capacity);
        }
    }

    /** The byte so many before, from 1 on; 0 if there is none. */
    byte before(long distance) {
        if (distance > filled) {
            return 0;
        }
        int from = at - (int) distance;
        return ring[from < 0 ? from + capacity : from];
    }

    /** Copies what was there some bytes before, also what it has copied itself. */
    void repeat(long distance, int n) throws CodecException {
        if (distance > filled) {
            throw Corrupt.xz("expected a match at most " + filled + " bytes before, found one " + distance + " before");
        }
        for (int i = 0; i < n; i++) {
            put(before(distance));
        }
    }

    int position() {
        return position;
    }

    /** How many bytes were not taken. */
    int left() {
        return left;
    }

    /** Takes some, at most as many as there are. */
    int take(byte[] out, int to, int n) {
        int some = Math.min(n, left);
        int from = at - left;
        if (from < 0) {
            from += capacity;
        }
        int first = Math.min(some, capacity - from);
        System.arraycopy(ring, from, out, to, first);
        System.arraycopy(ring, 0, out, to + first, some - first);
        left -= some;
        return some;
    }
}
