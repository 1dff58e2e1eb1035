package org.clipjava.kernel;

/**
 * Numbers of 16 bits, the upper half of a float, as multiplies in them take them.
 *
 * <p>Below {@link #LEAST} they are 0. The others are multiples of 2^-63, their products and all sums of those multiples of 2^-126, the least
 * normal float: no sum is ever subnormal, and it can't be seen what an instruction does with such numbers.
 */
final class Bf16 {
    /** Inputs whose products are summed up on their own: even and odd ones, and then both together. */
    static final int STEP = DotProducts.PAIRS_STEP;

    /** The least number that is not 0. */
    static final float LEAST = 0x1p-56f;

    /** The bits of {@link #LEAST}. */
    static final short LEAST_BITS = 0x2380;

    /** The bits of a number that is none. */
    static final int NAN_BITS = 0x7fc0;

    /** All bits but the sign's. */
    static final int MAGNITUDE = 0x7fff;

    private Bf16() {}

    /** A value's bits: the nearest number's, of two that are as near the even one's. */
    static short bits(float value) {
        if (Float.isNaN(value)) {
            return NAN_BITS;
        }
        int bits = Float.floatToRawIntBits(value);
        return normal((short) ((bits + MAGNITUDE + ((bits >>> 16) & 1)) >>> 16));
    }

    /** Other bits, of a weight, with what is below {@link #LEAST} taken for 0. */
    static short normal(short bits) {
        return (bits & MAGNITUDE) < LEAST_BITS ? 0 : bits;
    }

    /** The number that has these bits. */
    static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
