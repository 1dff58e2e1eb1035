package org.clipjava.image.codec.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;

/** Bits from the last to the first: the highest bit that is set is a mark, and what lies before it comes next. */
final class BackwardBits {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] data;
    private final int start;

    /** How many are left; below 0: how many were read that are not there, as zeros. */
    private long left;

    BackwardBits(byte[] data, int start, int end) throws CodecException {
        if (end <= start || data[end - 1] == 0) {
            throw Corrupt.zstd("expected bits that end with a mark, found " + (end <= start ? "none" : "0"));
        }
        this.data = data;
        this.start = start;
        left = 8L * (end - 1 - start) + highestBit(data[end - 1] & 0xff);
    }

    /** The place of the highest bit of a number above 0. */
    static int highestBit(int value) {
        return 31 - Integer.numberOfLeadingZeros(value);
    }

    /** The next bits, at most 32. */
    long read(int bits) {
        long value = peek(bits);
        left -= bits;
        return value;
    }

    void skip(int bits) {
        left -= bits;
    }

    /** The next bits, which stay there. */
    long peek(int bits) {
        long from = left - bits;
        if (from >= 0) {
            return from(from) & ((1L << bits) - 1);
        }
        return left <= 0 ? 0 : (from(0) & ((1L << left) - 1)) << -from;
    }

    /** 57 bits at least, from a place on, and whatever follows the end. */
    private long from(long bit) {
        int at = start + (int) (bit >> 3);
        int shift = (int) (bit & 7);
        if (at + Long.BYTES <= data.length) {
            return (long) LONGS.get(data, at) >>> shift;
        }
        return LittleEndian.number(data, at, data.length - at) >>> shift;
    }

    /** Below 0 once more was read than there is. */
    long left() {
        return left;
    }
}
