package org.clipjava.kernel;

/** What {@link VectorMath} does in each lane: the same results, bit for bit. */
final class PlainMath {
    private PlainMath() {}

    /** x · σ(1.702 x). */
    static float quickGelu(float x) {
        return x / (exp(x, 0f, -1.702f) + 1f);
    }

    /** x · Φ(x). */
    static float gelu(float x) {
        float z = Math.abs(x) * VectorMath.SQRT_HALF;
        float t = 1f / (z * 0.5f + 1f);
        float sum = 0f;
        for (int k = ScalarKernels.ERFC.length - 1; k >= 0; k--) {
            sum = Math.fma(sum, t, (float) ScalarKernels.ERFC[k]);
        }
        float tail = t * exp(sum - z * z, 0f, 1f) * 0.5f;
        return x < 0f ? x * tail : x * (1f - tail);
    }

    /** 0.5 x · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
    static float geluTanh(float x) {
        float cubic = Math.fma(x * x * x, (float) ScalarKernels.GELU_TANH_CUBE, x);
        return x / (exp(cubic, 0f, (float) (-2 * ScalarKernels.GELU_TANH_SLOPE)) + 1f);
    }

    /** {@code e^((value - minus) · times)}. */
    static float exp(float value, float minus, float times) {
        float x = (value - minus) * times;
        float notBelow = x < -87f ? -87f : x;
        float bounded = notBelow > 88f ? 88f : notBelow;
        float shifted = Math.fma(bounded, VectorMath.LOG2_E, VectorMath.ROUND);
        float minusN = VectorMath.ROUND - shifted;
        float f = Math.fma(bounded, VectorMath.LOG2_E, minusN);
        f = Math.fma(bounded, VectorMath.LOG2_E_REST, f);
        float sum = VectorMath.EXP_2_6;
        sum = Math.fma(sum, f, VectorMath.EXP_2_5);
        sum = Math.fma(sum, f, VectorMath.EXP_2_4);
        sum = Math.fma(sum, f, VectorMath.EXP_2_3);
        sum = Math.fma(sum, f, VectorMath.EXP_2_2);
        sum = Math.fma(sum, f, VectorMath.EXP_2_1);
        sum = Math.fma(sum, f, VectorMath.EXP_2_0);
        int bits = Float.floatToRawIntBits(sum) + (Float.floatToRawIntBits(shifted) << 23);
        return x < -87f ? 0f : Float.intBitsToFloat(bits);
    }
}
