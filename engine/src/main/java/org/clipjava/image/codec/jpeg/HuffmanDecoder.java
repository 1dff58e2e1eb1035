package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The bits of a Huffman-coded scan. */
abstract sealed class HuffmanDecoder extends EntropyDecoder permits SequentialHuffman, ProgressiveHuffman {
    /** A code of 17 bits at most and the 15 bits behind it. */
    static final int BITS_OF_A_SYMBOL = 32;

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** libjpeg fetches bits when fewer than 8 are left, 57 at least, and fails if the file ends before so many. */
    private static final int LEAST_LEFT = 8;

    /** About half of what it fetches: what is left behind the last MCU so that it probably did not want more. */
    private static final int LEAST_LEFT_AT_END = 32;

    /** The next bits, the first one highest. Behind those counted lie bits of bytes to come, or zeros. */
    long buffer;

    int bits;

    /** So many of the bits are zeros that no byte stands for: the data ended. */
    private int madeUp;

    private boolean ended;
    private boolean incomplete;

    HuffmanDecoder(Input in) {
        super(in);
    }

    @Override
    final void reset() {
        buffer = 0;
        bits = 0;
        madeUp = 0;
        // Smack up against a marker: the next segment is empty too.
        incomplete &= in.marker != 0;
        resetPredictions();
    }

    abstract void resetPredictions();

    @Override
    final void endSegment() {
        incomplete |= bits < madeUp;
    }

    @Override
    final boolean isComplete() {
        return !incomplete && bits >= madeUp;
    }

    @Override
    final boolean hasData() throws EOFException {
        if (ended && bits - madeUp < LEAST_LEFT) {
            throw new EOFException();
        }
        incomplete |= bits < madeUp;
        return !incomplete;
    }

    @Override
    final void finish() throws EOFException {
        if (ended && bits - madeUp < LEAST_LEFT_AT_END) {
            throw new EOFException();
        }
        incomplete = false;
    }

    /** Fetches bits so that there are 56 at least, made-up ones where the data have ended. */
    final long refill() {
        long value = buffer;
        int count = bits;
        int at = in.position;
        byte[] bytes = in.bytes;
        if (at <= in.end - Long.BYTES && in.marker == 0) {
            long next = (long) BIG_ENDIAN.get(bytes, at);
            long inverse = ~next;
            long maybe255 = (inverse - 0x0101010101010101L) & ~inverse & 0x8080808080808080L; // or it lies before one
            int whole = (63 - count) >>> 3;
            if (maybe255 >>> 1 >>> (63 - 8 * whole) == 0) {
                in.position = at + whole;
                bits = count + 8 * whole;
                buffer = value | (next >>> count);
                return buffer;
            }
        }
        return refillByByte();
    }

    private long refillByByte() {
        long value = bits == 0 ? 0 : buffer & (-1L << (64 - bits));
        while (bits <= 56) {
            int next = in.marker != 0 || ended ? -1 : dataByte();
            if (next < 0) {
                madeUp += 8;
                next = 0;
            }
            value |= (long) next << (56 - bits);
            bits += 8;
        }
        buffer = value;
        return value;
    }

    /** The next byte of the data, or -1 if a marker or the file's end comes first. */
    private int dataByte() {
        if (in.position >= in.end) {
            ended = true;
            return -1;
        }
        int value = in.bytes[in.position++] & 0xff;
        if (value != 0xff) {
            return value;
        }
        int next;
        do {
            if (in.position >= in.end) {
                ended = true;
                return -1;
            }
            next = in.bytes[in.position++] & 0xff;
        } while (next == 0xff);
        if (next == 0) {
            return 0xff;
        }
        in.marker = next;
        return -1;
    }

    /** Reads a symbol alone. */
    final int symbol(HuffmanTable table) {
        long value = bits < BITS_OF_A_SYMBOL ? refill() : buffer;
        int found = table.symbol(value);
        drop(found & 0xff);
        return found >> 8;
    }

    /** Reads {@code count} bits, 1 to 15. */
    final int read(int count) {
        long value = bits < BITS_OF_A_SYMBOL ? refill() : buffer;
        drop(count);
        return (int) (value >>> (64 - count));
    }

    final void drop(int count) {
        buffer <<= count;
        bits -= count;
    }
}
