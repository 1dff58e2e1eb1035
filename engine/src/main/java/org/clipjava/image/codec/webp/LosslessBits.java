package org.clipjava.image.codec.webp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bits of a VP8L stream, the lowest of a byte first, as a window of 64 of them.
 *
 * <p>Behind the end bits are read that mean nothing; {@link #exhausted} tells of it. How many are borne (streams of less than eight
 * bytes count as if zeros followed) and what they are is as in libwebp, so that the same files are refused.
 */
final class LosslessBits {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] data;
    private final int end;

    /** Of the byte that comes into the window next. */
    private int at;

    private long window;

    /** How many of the window's bits have been used; more than 64 where more was asked for than there is. */
    private int used;

    private boolean exhausted;

    /** Reads {@code data} from {@code from} to before {@code end}. */
    LosslessBits(byte[] data, int from, int end) {
        this.data = data;
        this.end = end;
        at = Math.min(end, from + Long.BYTES);
        for (int i = from; i < at; i++) {
            window |= (data[i] & 0xffL) << (8 * (i - from));
        }
    }

    /** Whether bits were used that aren't there. */
    boolean exhausted() {
        return exhausted || (at == end && used > Long.SIZE);
    }

    /** Sees to it that 32 bits can be peeked at, or all that are left. */
    void fill() {
        if (used >= Integer.SIZE) {
            refill();
        }
    }

    private void refill() {
        if (end - at > Long.BYTES) {
            window = window >>> 32 | (long) (int) INTS.get(data, at) << 32;
            used -= Integer.SIZE;
            at += Integer.BYTES;
        } else {
            shiftBytes();
        }
    }

    private void shiftBytes() {
        while (used >= 8 && at < end) {
            window = window >>> 8 | (data[at++] & 0xffL) << 56;
            used -= 8;
        }
        if (exhausted()) {
            exhausted = true;
            used = 0;
        }
    }

    /** The next 32 bits; fewer of them count where {@link #fill} wasn't called. */
    int peek() {
        return (int) (window >>> used);
    }

    /** Uses up bits that were peeked at. */
    void skip(int count) {
        used += count;
    }

    /** Reads a number of 0 to 24 bits. */
    int read(int count) {
        if (exhausted) {
            used = 0;
            return 0;
        }
        int bits = peek() & (1 << count) - 1;
        used += count;
        shiftBytes();
        return bits;
    }

    boolean readFlag() {
        return read(1) != 0;
    }
}
