package org.clipjava.image.codec.jpeg;

/**
 * libjpeg's transforms of a block to 4 x 4, 2 x 2 or 1 x 1 samples, for pictures that are decoded smaller: each leaves out the
 * frequencies that so few samples can't show.
 *
 * <p>As in {@link ScalarBlockTransform}, coefficients that no encoder writes overflow as in libjpeg-turbo's code for x86-64.
 */
final class ReducedBlockTransform implements BlockTransform {
    private static final int FRACTION = 13;
    private static final int KEPT = 2;

    private static final int F_0_211 = 1730;
    private static final int F_0_509 = 4176;
    private static final int F_0_601 = 4926;
    private static final int F_0_720 = 5906;
    private static final int F_0_765 = 6270;
    private static final int F_0_850 = 6967;
    private static final int F_0_899 = 7373;
    private static final int F_1_061 = 8697;
    private static final int F_1_272 = 10426;
    private static final int F_1_451 = 11893;
    private static final int F_1_847 = 15137;
    private static final int F_2_172 = 17799;
    private static final int F_2_562 = 20995;
    private static final int F_3_624 = 29692;

    private final int side;

    /** Four rows of what the first pass makes of the columns. */
    private final int[] work = new int[4 * Blocks.SIDE];

    /** @param side of what becomes of a block, in samples: 4, 2 or 1 */
    ReducedBlockTransform(int side) {
        this.side = side;
    }

    @Override
    public void transform(
            short[] coefficients, int at, int blocks, short[] quantization, byte[] samples, int to, int stride) {
        for (int i = 0; i < blocks; i++) {
            int from = at + i * Blocks.SIZE;
            int sample = to + i * side;
            switch (side) {
                case 4 -> four(coefficients, from, quantization, samples, sample, stride);
                case 2 -> two(coefficients, from, quantization, samples, sample, stride);
                default -> samples[sample] = one(coefficients[from], quantization[0]);
            }
        }
    }

    private void four(short[] c, int at, short[] q, byte[] samples, int to, int stride) {
        int[] w = work;
        int alternating = 0;
        for (int i = Blocks.SIDE; i < Blocks.SIZE; i++) {
            alternating |= i / Blocks.SIDE == 4 ? 0 : c[at + i];
        }
        for (int x = 0; x < Blocks.SIDE; x++) {
            if (x == 4) {
                continue; // the rows do without
            }
            int d0 = (short) (c[at + x] * q[x]);
            if (alternating == 0) {
                int level = (short) (d0 << KEPT);
                w[x] = level;
                w[8 + x] = level;
                w[16 + x] = level;
                w[24 + x] = level;
                continue;
            }
            int d1 = (short) (c[at + 8 + x] * q[8 + x]);
            int d2 = (short) (c[at + 16 + x] * q[16 + x]);
            int d3 = (short) (c[at + 24 + x] * q[24 + x]);
            int d5 = (short) (c[at + 40 + x] * q[40 + x]);
            int d6 = (short) (c[at + 48 + x] * q[48 + x]);
            int d7 = (short) (c[at + 56 + x] * q[56 + x]);
            int shift = FRACTION - KEPT + 1;
            int half = 1 << (shift - 1);
            int even = d2 * F_1_847 - d6 * F_0_765;
            int e0 = (d0 << (FRACTION + 1)) + even + half;
            int e1 = (d0 << (FRACTION + 1)) - even + half;
            int o0 = d1 * F_2_562 + d3 * F_0_899 - d5 * F_0_601 - d7 * F_0_509;
            int o1 = d1 * F_1_061 - d3 * F_2_172 + d5 * F_1_451 - d7 * F_0_211;
            w[x] = sixteenBits((e0 + o0) >> shift);
            w[8 + x] = sixteenBits((e1 + o1) >> shift);
            w[16 + x] = sixteenBits((e1 - o1) >> shift);
            w[24 + x] = sixteenBits((e0 - o0) >> shift);
        }
        int shift = FRACTION + KEPT + 3 + 1;
        int half = 1 << (shift - 1);
        for (int y = 0; y < 4; y++) {
            int row = y * Blocks.SIDE;
            int even = w[row + 2] * F_1_847 - w[row + 6] * F_0_765;
            int e0 = (w[row] << (FRACTION + 1)) + even + half;
            int e1 = (w[row] << (FRACTION + 1)) - even + half;
            int o0 = w[row + 1] * F_2_562 + w[row + 3] * F_0_899 - w[row + 5] * F_0_601 - w[row + 7] * F_0_509;
            int o1 = w[row + 1] * F_1_061 - w[row + 3] * F_2_172 + w[row + 5] * F_1_451 - w[row + 7] * F_0_211;
            int sample = to + y * stride;
            samples[sample] = centred((e0 + o0) >> shift);
            samples[sample + 1] = centred((e1 + o1) >> shift);
            samples[sample + 2] = centred((e1 - o1) >> shift);
            samples[sample + 3] = centred((e0 - o0) >> shift);
        }
    }

    private void two(short[] c, int at, short[] q, byte[] samples, int to, int stride) {
        int[] w = work;
        int shift = FRACTION - KEPT + 2;
        int half = 1 << (shift - 1);
        for (int x = 0; x < Blocks.SIDE; x++) {
            if (x > 0 && x % 2 == 0) {
                continue; // the rows do without
            }
            int even = ((short) (c[at + x] * q[x]) << (FRACTION + 2)) + half;
            int odd = (short) (c[at + 8 + x] * q[8 + x]) * F_3_624
                    - (short) (c[at + 24 + x] * q[24 + x]) * F_1_272
                    + (short) (c[at + 40 + x] * q[40 + x]) * F_0_850
                    - (short) (c[at + 56 + x] * q[56 + x]) * F_0_720;
            int upper = (even + odd) >> shift;
            int lower = (even - odd) >> shift;
            w[x] = x == 0 ? upper : sixteenBits(upper);
            w[8 + x] = x == 0 ? lower : sixteenBits(lower);
        }
        shift = FRACTION + KEPT + 3 + 2;
        half = 1 << (shift - 1);
        for (int y = 0; y < 2; y++) {
            int row = y * Blocks.SIDE;
            int even = (w[row] << (FRACTION + 2)) + half;
            int odd = w[row + 1] * F_3_624 - w[row + 3] * F_1_272 + w[row + 5] * F_0_850 - w[row + 7] * F_0_720;
            samples[to + y * stride] = centred((even + odd) >> shift);
            samples[to + y * stride + 1] = centred((even - odd) >> shift);
        }
    }

    /** A mean, of which ten bits count: beyond them libjpeg's table of levels begins anew. */
    private static byte one(short coefficient, short step) {
        int level = (coefficient * step + 4) >> 3;
        return centred(level << 22 >> 22);
    }

    private static int sixteenBits(int value) {
        return Math.max(Short.MIN_VALUE, Math.min(value, Short.MAX_VALUE));
    }

    private static byte centred(int level) {
        return (byte) (Math.max(-128, Math.min(level, 127)) + 128);
    }
}
