package org.clipjava.safetensors;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The element types of safetensors; a constant's name is its spelling in the header. */
public enum DType {
    /** A truth value in a byte. */
    BOOL(8),
    /** MXFP4, two to a byte. */
    F4(4),
    /** MXFP6, four to three bytes. */
    F6_E2M3(6),
    /** MXFP6, four to three bytes. */
    F6_E3M2(6),
    /** Unsigned. */
    U8(8),
    /** Two's complement. */
    I8(8),
    /** 5 bits of exponent and 2 of mantissa (Micikevicius et al., 2022). */
    F8_E5M2(8),
    /** 4 bits of exponent and 3 of mantissa (Micikevicius et al., 2022). */
    F8_E4M3(8),
    /** A power of two: the scale of a block of MX numbers. */
    F8_E8M0(8),
    /** Without infinities and negative zero. */
    F8_E4M3FNUZ(8),
    /** Without infinities and negative zero. */
    F8_E5M2FNUZ(8),
    /** Two's complement. */
    I16(16),
    /** Unsigned. */
    U16(16),
    /** IEEE 754 half precision. */
    F16(16),
    /** The upper half of an {@link #F32}. */
    BF16(16),
    /** Two's complement. */
    I32(32),
    /** Unsigned. */
    U32(32),
    /** IEEE 754 single precision. */
    F32(32),
    /** A complex number of two {@link #F32}. */
    C64(64),
    /** IEEE 754 double precision. */
    F64(64),
    /** Two's complement. */
    I64(64),
    /** Unsigned. */
    U64(64);

    private final int bits;

    DType(int bits) {
        this.bits = bits;
    }

    /** Size of one element in bits; no multiple of 8 for the types that share bytes. */
    public int bits() {
        return bits;
    }

    /** The type that a header spells so. */
    public static Optional<DType> named(String name) {
        return Arrays.stream(values())
                .filter(dtype -> dtype.name().equals(name))
                .findFirst();
    }

    /**
     * Size in bytes of a tensor of this type.
     *
     * @param shape no dimension negative; an empty shape is a scalar
     * @throws IllegalArgumentException if a dimension is negative, the size is beyond 2^63 - 1 bits, or the elements do
     *     not end on a byte
     */
    public long bytes(List<Long> shape) {
        long size;
        try {
            size = Math.multiplyExact(elements(shape), (long) bits);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the size of " + this + " " + shape + " overflows 64 bits", e);
        }
        if (size % 8 != 0) {
            throw new IllegalArgumentException(
                    this + " " + shape + " is " + size + " bits, expected a whole number of bytes");
        }
        return size / 8;
    }

    /** Like the reference, a product that overflows on its way is refused even where a later dimension is zero. */
    static long elements(List<Long> shape) {
        long elements = 1;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("expected no negative dimension, found " + shape);
            }
            elements = Math.multiplyExact(elements, dimension);
        }
        return elements;
    }
}
