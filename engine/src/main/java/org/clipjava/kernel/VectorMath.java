package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/** Functions of all lanes of a vector. */
final class VectorMath {
    /** Adding it rounds a small float to an integer, which then stands in the low bits of the sum. */
    private static final float ROUND = 0x1.8p23f;

    /** log2(e) in two parts: the nearest float, and what it lacks. */
    private static final float LOG2_E = 0x1.715476p0f;

    private static final float LOG2_E_REST = 0x1.4ae0cp-26f;

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

    static FloatVector quickGelu(FloatVector x) {
        return x.div(boundedExp(x.mul(-1.702f)).add(1f));
    }

    /** x · Φ(x), through the same erfc as the scalar kernels. */
    static FloatVector gelu(FloatVector x) {
        FloatVector z = x.abs().mul((float) Math.sqrt(0.5));
        FloatVector t = FloatVector.broadcast(SPECIES, 1f).div(z.mul(0.5f).add(1f));
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = ScalarKernels.ERFC.length - 1; i >= 0; i--) {
            sum = sum.fma(t, FloatVector.broadcast(SPECIES, (float) ScalarKernels.ERFC[i]));
        }
        FloatVector tail = t.mul(exp(sum.sub(z.mul(z)))).mul(0.5f);
        FloatVector above = x.mul(FloatVector.broadcast(SPECIES, 1f).sub(tail));
        return above.blend(x.mul(tail), x.lt(0f));
    }

    /** e^x as {@link #boundedExp}, but 0 below -87. */
    static FloatVector exp(FloatVector x) {
        return boundedExp(x).blend(0f, x.lt(-87f));
    }

    /**
     * e^x within 2 ulp: x · log2(e) = n + f with |f| ≤ 0.5, a polynomial for 2^f (the best one of its degree, within 2e-9), and
     * n put into the exponent. Below -87 the result is e^-87, above 88 it is e^88.
     */
    private static FloatVector boundedExp(FloatVector x) {
        // not max and min, whose promises for NaN and -0 cost the compiler five instructions
        FloatVector bounded = x.blend(-87f, x.lt(-87f)).blend(88f, x.compare(VectorOperators.GT, 88f));
        FloatVector shifted =
                bounded.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
        FloatVector minusN = FloatVector.broadcast(SPECIES, ROUND).sub(shifted);
        FloatVector f = bounded.fma(FloatVector.broadcast(SPECIES, LOG2_E), minusN);
        f = bounded.fma(FloatVector.broadcast(SPECIES, LOG2_E_REST), f);
        FloatVector sum = FloatVector.broadcast(SPECIES, 0x1.41fbbcp-13f);
        sum = sum.fma(f, FloatVector.broadcast(SPECIES, 0x1.5f3e54p-10f));
        sum = sum.fma(f, FloatVector.broadcast(SPECIES, 0x1.3b2d4cp-7f));
        sum = sum.fma(f, FloatVector.broadcast(SPECIES, 0x1.c6aee8p-5f));
        sum = sum.fma(f, FloatVector.broadcast(SPECIES, 0x1.ebfbdcp-3f));
        sum = sum.fma(f, FloatVector.broadcast(SPECIES, 0x1.62e43p-1f));
        sum = sum.fma(f, FloatVector.broadcast(SPECIES, 1f));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return sum.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }
}
