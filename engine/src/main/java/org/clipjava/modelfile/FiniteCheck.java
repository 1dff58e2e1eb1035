package org.clipjava.modelfile;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.clipjava.config.WeightType;

/**
 * Tells whether weights are finite, eight bytes at a time. They are copied into an array first: a model is opened before this is compiled,
 * and an interpreter takes many times as long for memory outside the heap. For one thread.
 */
final class FiniteCheck {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long F32 = 0x7f800000_7f800000L;
    private static final long F16 = 0x7c00_7c00_7c00_7c00L;
    private static final long BF16 = 0x7f80_7f80_7f80_7f80L;

    /** The lowest and the highest bit of each byte. */
    private static final long ONES = 0x01010101_01010101L;

    private static final long SIGNS = ONES << 7;

    private final long[] words;

    /** For so many bytes at a time. */
    FiniteCheck(int bytes) {
        this.words = new long[Math.ceilDiv(bytes, Long.BYTES)];
    }

    /** Whether all are numbers that a model may have: of int8 only -128 is none. */
    boolean isFinite(WeightType type, MemorySegment values) {
        return switch (type) {
            case F32 -> !hasExponent(F32, read(values));
            case F16 -> !hasExponent(F16, read(values));
            case BF16 -> !hasExponent(BF16, read(values));
            case Q8 -> !hasLowest(read(values));
            case INT8 -> true; // sums are among them, and all bytes are numbers
        };
    }

    /** How many words there are now; the last is filled up with zeros. */
    private int read(MemorySegment values) {
        int whole = (int) (values.byteSize() / Long.BYTES);
        MemorySegment.copy(values, LONG, 0, words, 0, whole);
        long begun = (long) whole * Long.BYTES;
        if (begun == values.byteSize()) {
            return whole;
        }
        words[whole] = 0;
        for (long i = begun; i < values.byteSize(); i++) {
            words[whole] |= (values.get(ValueLayout.JAVA_BYTE, i) & 0xffL) << (Byte.SIZE * (i - begun));
        }
        return whole + 1;
    }

    /** Whether a value's exponent is all ones, which means infinity or NaN: its lowest bit, added once more, carries into the sign's place. */
    private boolean hasExponent(long exponents, int count) {
        long lowest = exponents & ~(exponents << 1);
        long carried = 0;
        for (int i = 0; i < count; i++) {
            carried |= (words[i] & exponents) + lowest;
        }
        return (carried & (exponents << 1) & ~exponents) != 0;
    }

    /** Whether a byte is -128: without its sign it is zero, and borrows. */
    private boolean hasLowest(int count) {
        long borrowed = 0;
        for (int i = 0; i < count; i++) {
            long word = words[i] ^ SIGNS;
            borrowed |= (word - ONES) & ~word;
        }
        return (borrowed & SIGNS) != 0;
    }
}
