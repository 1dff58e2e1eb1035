package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Functions of many numbers at once.
 *
 * <p>They take arrays and not vectors, and their loops call the Vector API alone: a method with a vector for a parameter is fast
 * only where C2 inlines it, and it does not inline one that it has compiled on its own before. Then each vector is an object.
 * Counts are multiples of 32, and so of any vector's lanes.
 */
final class VectorMath {
    private static final int[] ZEROS = new int[4096];

    /** Adding it rounds a small float to an integer, which then stands in the low bits of the sum. */
    static final float ROUND = 0x1.8p23f;

    /** log2(e) in two parts: the nearest float, and what it lacks. */
    static final float LOG2_E = 0x1.715476p0f;

    static final float LOG2_E_REST = 0x1.4ae0cp-26f;

    static final float SQRT_HALF = (float) Math.sqrt(0.5);

    /** The polynomial for 2^f, by the power of f. */
    static final float EXP_2_0 = 1f;

    static final float EXP_2_1 = 0x1.62e43p-1f;
    static final float EXP_2_2 = 0x1.ebfbdcp-3f;
    static final float EXP_2_3 = 0x1.c6aee8p-5f;
    static final float EXP_2_4 = 0x1.3b2d4cp-7f;
    static final float EXP_2_5 = 0x1.5f3e54p-10f;
    static final float EXP_2_6 = 0x1.41fbbcp-13f;

    private VectorMath() {}

    /**
     * The sum of all lanes, halves upon halves. {@code reduceLanes} may add in any order, and does add in another one in
     * compiled code than in interpreted code: then a result would depend on when it was computed.
     */
    static float sum(FloatVector x) {
        FloatVector folded = x;
        for (int half = LANES / 2; half > 0; half /= 2) {
            folded = folded.add(folded.rearrange(VectorShuffle.iota(SPECIES, half, 1, true)));
        }
        return folded.lane(0);
    }

    /** Zeros, floats or ints; {@link MemorySegment#fill} writes but eight bytes at a time. */
    static void clear(MemorySegment out, long count) {
        for (long i = 0; i < count; i += ZEROS.length) {
            int length = (int) Math.min(ZEROS.length, count - i);
            MemorySegment.copy(ZEROS, 0, out, ValueLayout.JAVA_INT, i * Integer.BYTES, length);
        }
    }

    /** x · σ(1.702 x), in place; {@code scratch} is as long. */
    static void quickGelu(float[] values, int from, int count, float[] scratch) {
        exp(values, from, count, 0f, -1.702f, scratch, 0);
        for (int i = 0; i < count; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, from + i);
            FloatVector e = FloatVector.fromArray(SPECIES, scratch, i);
            x.div(e.add(1f)).intoArray(values, from + i);
        }
    }

    /** x · Φ(x), through the same erfc as the scalar kernels, in place; {@code scratch} is as long. */
    static void gelu(float[] values, int from, int count, float[] scratch) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector z =
                    FloatVector.fromArray(SPECIES, values, from + i).abs().mul(SQRT_HALF);
            FloatVector t = FloatVector.broadcast(SPECIES, 1f).div(z.mul(0.5f).add(1f));
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int k = ScalarKernels.ERFC.length - 1; k >= 0; k--) {
                sum = sum.fma(t, FloatVector.broadcast(SPECIES, (float) ScalarKernels.ERFC[k]));
            }
            sum.sub(z.mul(z)).intoArray(scratch, i);
        }
        exp(scratch, 0, count, 0f, 1f, scratch, 0);
        for (int i = 0; i < count; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, from + i);
            FloatVector t = FloatVector.broadcast(SPECIES, 1f)
                    .div(x.abs().mul(SQRT_HALF).mul(0.5f).add(1f));
            FloatVector tail = t.mul(FloatVector.fromArray(SPECIES, scratch, i)).mul(0.5f);
            FloatVector above = x.mul(FloatVector.broadcast(SPECIES, 1f).sub(tail));
            above.blend(x.mul(tail), x.lt(0f)).intoArray(values, from + i);
        }
    }

    /** 0.5 x · (1 + tanh(u)) as x / (1 + e^-2u), in place; {@code scratch} is as long. */
    static void geluTanh(float[] values, int from, int count, float[] scratch) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, from + i);
            FloatVector cube = x.mul(x).mul(x);
            cube.fma(FloatVector.broadcast(SPECIES, (float) ScalarKernels.GELU_TANH_CUBE), x)
                    .intoArray(scratch, i);
        }
        exp(scratch, 0, count, 0f, (float) (-2 * ScalarKernels.GELU_TANH_SLOPE), scratch, 0);
        for (int i = 0; i < count; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, from + i);
            FloatVector e = FloatVector.fromArray(SPECIES, scratch, i);
            x.div(e.add(1f)).intoArray(values, from + i);
        }
    }

    /**
     * {@code out = e^((x - minus) · times)} within 2 ulp: y · log2(e) = n + f with |f| ≤ 0.5, a polynomial for 2^f (the best one of
     * its degree, within 2e-9), and n put into the exponent. It is 0 below -87 and e^88 above 88.
     *
     * @param out may be {@code values}
     */
    static void exp(float[] values, int from, int count, float minus, float times, float[] out, int to) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector x =
                    FloatVector.fromArray(SPECIES, values, from + i).sub(minus).mul(times);
            // not max and min, whose promises for NaN and -0 cost the compiler five instructions
            FloatVector bounded = x.blend(-87f, x.lt(-87f)).blend(88f, x.compare(VectorOperators.GT, 88f));
            FloatVector shifted =
                    bounded.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
            FloatVector minusN = FloatVector.broadcast(SPECIES, ROUND).sub(shifted);
            FloatVector f = bounded.fma(FloatVector.broadcast(SPECIES, LOG2_E), minusN);
            f = bounded.fma(FloatVector.broadcast(SPECIES, LOG2_E_REST), f);
            FloatVector sum = FloatVector.broadcast(SPECIES, EXP_2_6);
            sum = sum.fma(f, FloatVector.broadcast(SPECIES, EXP_2_5));
            sum = sum.fma(f, FloatVector.broadcast(SPECIES, EXP_2_4));
            sum = sum.fma(f, FloatVector.broadcast(SPECIES, EXP_2_3));
            sum = sum.fma(f, FloatVector.broadcast(SPECIES, EXP_2_2));
            sum = sum.fma(f, FloatVector.broadcast(SPECIES, EXP_2_1));
            sum = sum.fma(f, FloatVector.broadcast(SPECIES, EXP_2_0));
            IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
            FloatVector e = sum.reinterpretAsInts().add(exponent).reinterpretAsFloats();
            e.blend(0f, x.lt(-87f)).intoArray(out, to + i);
        }
    }
}
