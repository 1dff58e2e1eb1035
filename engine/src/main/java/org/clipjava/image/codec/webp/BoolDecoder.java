package org.clipjava.image.codec.webp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * VP8's boolean entropy decoder, RFC 6386 section 7, and the token trees of section 13, whose loop wants its state in
 * registers.
 *
 * <p>Bytes are taken seven at a time. Behind the end come eight zero bits, and whoever needs more is told by {@link #exhausted};
 * what is read from then on means nothing, but is read without an error and in bounded time.
 */
final class BoolDecoder {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Where the coefficients of the reading order lie in a block's rows. */
    private static final byte[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

    private static final int CONTEXT = Vp8Tables.NODES;
    private static final int BAND = Vp8Tables.CONTEXTS * CONTEXT;

    /** Offsets of the bands' probabilities, by a coefficient's place in the reading order; one more for what comes after it. */
    private static final int[] BANDS = {
        0, BAND, 2 * BAND, 3 * BAND, 6 * BAND, 4 * BAND, 5 * BAND, 6 * BAND, 6 * BAND, 6 * BAND, 6 * BAND, 6 * BAND,
        6 * BAND, 6 * BAND, 6 * BAND, 7 * BAND, 0
    };

    /** Probabilities of the extra bits of the four categories of large values. */
    private static final int[][] EXTRA_BITS = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    private final byte[] data;
    private final int end;
    private int at;

    /** What has been taken from the data and not yet used up; the uppermost 8 of its {@code bits + 8} bits are compared. */
    private long value;

    private int bits = -8;
    private int range = 255;
    private boolean exhausted;

    /** Reads {@code data} from {@code at} to before {@code end}. */
    BoolDecoder(byte[] data, int at, int end) {
        this.data = data;
        this.at = at;
        this.end = end;
        fill();
    }

    /** Whether more was asked for than there is. */
    boolean exhausted() {
        return exhausted;
    }

    private void fill() {
        if (end - at >= Long.BYTES) {
            value = value << 56 | (long) LONGS.get(data, at) >>> 8;
            bits += 56;
            at += 7;
        } else if (at < end) {
            value = value << 8 | (data[at++] & 0xff);
            bits += 8;
        } else if (!exhausted) {
            value <<= 8;
            bits += 8;
            exhausted = true;
        } else {
            bits = 0;
        }
    }

    /** Reads a bit that is 0 with a probability of {@code probability / 256}. */
    int bit(int probability) {
        if (bits < 0) {
            fill();
        }
        int split = 1 + (((range - 1) * probability) >> 8);
        int bit;
        if (isAtLeast(value >>> bits, split)) {
            range -= split;
            value -= (long) split << bits;
            bit = 1;
        } else {
            range = split;
            bit = 0;
        }
        int shift = Integer.numberOfLeadingZeros(range) - 24;
        range <<= shift;
        bits -= shift;
        return bit;
    }

    /** No encoder writes a value that isn't below the range; from one libwebp goes on with 32 bits, unsigned. */
    private static boolean isAtLeast(long value, int split) {
        return Integer.compareUnsigned((int) value, split) >= 0;
    }

    boolean flag() {
        return bit(128) != 0;
    }

    /** A number of so many bits, the uppermost first. */
    int literal(int count) {
        int literal = 0;
        for (int i = 0; i < count; i++) {
            literal = literal << 1 | bit(128);
        }
        return literal;
    }

    /** A number of so many bits and a sign if a flag says that there is one, else 0. */
    int optionalSigned(int count) {
        return flag() ? signed(count) : 0;
    }

    /** A number of so many bits and its sign. */
    int signed(int count) {
        int magnitude = literal(count);
        return flag() ? -magnitude : magnitude;
    }

    /**
     * Reads a block's coefficients, dequantised.
     *
     * @param probabilities of all types, as {@link Vp8Tables#TOKENS}
     * @param type offset of the block's type among them
     * @param context how many of the blocks above and to the left have coefficients
     * @param dc step of the first coefficient
     * @param ac step of the others
     * @param first place of the first that is there, 0 or 1
     * @param out takes them by rows from {@code outAt} on; holds zeros there
     * @return the place behind the last that isn't zero, or 16 where zeros end the block; {@code first} if there is none
     */
    int coefficients(int[] probabilities, int type, int context, int dc, int ac, int first, short[] out, int outAt) {
        long v = value;
        int r = range;
        int b = bits;
        int n = first;
        int p = type + BANDS[n] + context * CONTEXT;
        int shift;
        int split;
        while (n < 16) {
            // Is there another coefficient?
            if (b < 0) {
                value = v;
                bits = b;
                fill();
                v = value;
                b = bits;
            }
            split = 1 + (((r - 1) * probabilities[p]) >> 8);
            if (!isAtLeast(v >>> b, split)) {
                shift = Integer.numberOfLeadingZeros(split) - 24;
                value = v;
                range = split << shift;
                bits = b - shift;
                return n;
            }
            r -= split;
            v -= (long) split << b;
            shift = Integer.numberOfLeadingZeros(r) - 24;
            r <<= shift;
            b -= shift;
            // Zeros before it?
            while (true) {
                if (b < 0) {
                    value = v;
                    bits = b;
                    fill();
                    v = value;
                    b = bits;
                }
                split = 1 + (((r - 1) * probabilities[p + 1]) >> 8);
                if (isAtLeast(v >>> b, split)) {
                    r -= split;
                    v -= (long) split << b;
                    shift = Integer.numberOfLeadingZeros(r) - 24;
                    r <<= shift;
                    b -= shift;
                    break;
                }
                shift = Integer.numberOfLeadingZeros(split) - 24;
                r = split << shift;
                b -= shift;
                n++;
                if (n == 16) {
                    value = v;
                    range = r;
                    bits = b;
                    return 16;
                }
                p = type + BANDS[n];
            }
            // More than 1?
            if (b < 0) {
                value = v;
                bits = b;
                fill();
                v = value;
                b = bits;
            }
            split = 1 + (((r - 1) * probabilities[p + 2]) >> 8);
            int magnitude;
            int next;
            if (!isAtLeast(v >>> b, split)) {
                shift = Integer.numberOfLeadingZeros(split) - 24;
                r = split << shift;
                b -= shift;
                magnitude = 1;
                next = CONTEXT;
            } else {
                r -= split;
                shift = Integer.numberOfLeadingZeros(r) - 24;
                value = v - ((long) split << b);
                range = r << shift;
                bits = b - shift;
                magnitude = large(probabilities, p);
                v = value;
                r = range;
                b = bits;
                next = 2 * CONTEXT;
            }
            // The sign has a probability of one half, and so always takes one bit. On values that no encoder writes
            // libwebp
            // compares by the difference's sign here.
            if (b < 0) {
                value = v;
                bits = b;
                fill();
                v = value;
                b = bits;
            }
            split = (r + 1) >> 1;
            if (split - 1 - (int) (v >>> b) < 0) {
                v -= (long) split << b;
                r -= split;
                magnitude = -magnitude;
            } else {
                r = split;
            }
            r <<= 1;
            b--;
            out[outAt + ZIGZAG[n]] = (short) (magnitude * (n > 0 ? ac : dc));
            n++;
            p = type + BANDS[n] + next;
        }
        value = v;
        range = r;
        bits = b;
        return 16;
    }

    /** The rest of the tree, for 2 and more. */
    private int large(int[] probabilities, int p) {
        if (bit(probabilities[p + 3]) == 0) {
            if (bit(probabilities[p + 4]) == 0) {
                return 2;
            }
            return 3 + bit(probabilities[p + 5]);
        }
        if (bit(probabilities[p + 6]) == 0) {
            if (bit(probabilities[p + 7]) == 0) {
                return 5 + bit(159);
            }
            return 7 + 2 * bit(165) + bit(145);
        }
        int upper = bit(probabilities[p + 8]);
        int category = 2 * upper + bit(probabilities[p + 9 + upper]);
        int extra = 0;
        for (int probability : EXTRA_BITS[category]) {
            extra = 2 * extra + bit(probability);
        }
        return 3 + (8 << category) + extra;
    }
}
