package org.clipjava.image.codec.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * libjpeg's accurate integer transform, after Loeffler, Ligtenberg and Moschytz: 13 bits of fraction, and two more kept
 * between the passes.
 *
 * <p>Coefficients that no encoder writes overflow it. What comes of them is what libjpeg-turbo's code for x86-64 makes,
 * which calculates in 16 bits what is not a product: here the casts to short.
 */
final class ScalarBlockTransform implements BlockTransform {
    static final int FRACTION = 13;
    private static final int KEPT = 2;
    static final int FIRST_SHIFT = FRACTION - KEPT;
    static final int SECOND_SHIFT = FRACTION + KEPT + 3;
    static final int FIRST_HALF = 1 << (FIRST_SHIFT - 1);

    /** Half a level, and 128 of them: samples are centred on mid-gray. */
    static final int SECOND_HALF = (1 << (SECOND_SHIFT - 1)) + (128 << SECOND_SHIFT);

    static final int F_0_298 = 2446;
    static final int F_0_390 = 3196;
    static final int F_0_541 = 4433;
    static final int F_0_765 = 6270;
    static final int F_0_899 = 7373;
    static final int F_1_175 = 9633;
    static final int F_1_501 = 12299;
    static final int F_1_847 = 15137;
    static final int F_1_961 = 16069;
    static final int F_2_053 = 16819;
    static final int F_2_562 = 20995;
    static final int F_3_072 = 25172;

    // What the second and fourth of eight coefficients weigh where the last four are zero.
    private static final int D2_TO_E0 = F_0_541 + F_0_765;
    private static final int D1_TO_O0 = F_1_501 - F_0_899 + F_1_175 - F_0_390;
    private static final int D1_TO_O2 = F_1_175 - F_0_390;
    private static final int D1_TO_O3 = F_1_175 - F_0_899;
    private static final int D3_TO_O1 = F_3_072 - F_2_562 + F_1_175 - F_1_961;
    private static final int D3_TO_O2 = F_1_175 - F_2_562;
    private static final int D3_TO_O3 = F_1_175 - F_1_961;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] work = new int[Blocks.SIZE];

    @Override
    public void transform(
            short[] coefficients, int at, int blocks, short[] quantization, byte[] samples, int to, int stride) {
        for (int i = 0; i < blocks; i++) {
            block(coefficients, at + i * Blocks.SIZE, quantization, samples, to + i * Blocks.SIDE, stride);
        }
    }

    private void block(short[] c, int at, short[] q, byte[] samples, int to, int stride) {
        int[] w = work;
        int upper = 0;
        for (int i = Blocks.SIDE; i < Blocks.SIZE / 2; i++) {
            upper |= c[at + i];
        }
        int lower = 0;
        for (int i = Blocks.SIZE / 2; i < Blocks.SIZE; i++) {
            lower |= c[at + i];
        }
        if ((upper | lower) == 0) {
            firstRow(c, at, q, samples, to, stride);
            return;
        }
        boolean rightHalf = lower == 0 ? columnsOfFour(c, at, q, w) : columns(c, at, q, w);
        if (rightHalf) {
            rows(w, Blocks.SIDE, samples, to, stride);
        } else {
            rowsOfFour(w, samples, to, stride);
        }
    }

    /** A block of which all below the first row is zero. */
    void firstRow(short[] c, int at, short[] q, byte[] samples, int to, int stride) {
        int right = c[at + 1] | c[at + 2] | c[at + 3] | c[at + 4] | c[at + 5] | c[at + 6] | c[at + 7];
        if (right == 0) {
            flat((short) ((c[at] * q[0]) << KEPT), samples, to, stride);
            return;
        }
        int[] w = work;
        for (int x = 0; x < Blocks.SIDE; x++) {
            w[x] = (short) ((c[at + x] * q[x]) << KEPT);
        }
        rows(w, 1, samples, to, stride);
        for (int y = 1; y < Blocks.SIDE; y++) {
            System.arraycopy(samples, to, samples, to + y * stride, Blocks.SIDE);
        }
    }

    private static void flat(int value, byte[] samples, int to, int stride) {
        long eight = clamp(((value << FRACTION) + SECOND_HALF) >> SECOND_SHIFT) * 0x0101010101010101L;
        for (int y = 0; y < Blocks.SIDE; y++) {
            EIGHT_BYTES.set(samples, to + y * stride, eight);
        }
    }

    /** Whether the right half of the columns has anything. */
    private static boolean columns(short[] c, int at, short[] q, int[] w) {
        boolean rightHalf = false;
        for (int x = 0; x < Blocks.SIDE; x++) {
            int d0 = (short) (c[at + x] * q[x]);
            int below = c[at + 8 + x]
                    | c[at + 16 + x]
                    | c[at + 24 + x]
                    | c[at + 32 + x]
                    | c[at + 40 + x]
                    | c[at + 48 + x]
                    | c[at + 56 + x];
            rightHalf |= x >= Blocks.SIDE / 2 && (d0 | below) != 0;
            if (below == 0) {
                level(d0, w, x);
                continue;
            }
            int d1 = (short) (c[at + 8 + x] * q[8 + x]);
            int d2 = (short) (c[at + 16 + x] * q[16 + x]);
            int d3 = (short) (c[at + 24 + x] * q[24 + x]);
            int d4 = (short) (c[at + 32 + x] * q[32 + x]);
            int d5 = (short) (c[at + 40 + x] * q[40 + x]);
            int d6 = (short) (c[at + 48 + x] * q[48 + x]);
            int d7 = (short) (c[at + 56 + x] * q[56 + x]);

            int z1 = (d2 + d6) * F_0_541;
            int t2 = z1 - d6 * F_1_847;
            int t3 = z1 + d2 * F_0_765;
            int t0 = (short) (d0 + d4) << FRACTION;
            int t1 = (short) (d0 - d4) << FRACTION;
            int e0 = t0 + t3 + FIRST_HALF;
            int e3 = t0 - t3 + FIRST_HALF;
            int e1 = t1 + t2 + FIRST_HALF;
            int e2 = t1 - t2 + FIRST_HALF;

            int z3 = (short) (d7 + d3);
            int z4 = (short) (d5 + d1);
            int z5 = (z3 + z4) * F_1_175;
            z1 = (d7 + d1) * -F_0_899;
            int z2 = (d5 + d3) * -F_2_562;
            z3 = z5 - z3 * F_1_961;
            z4 = z5 - z4 * F_0_390;
            int o3 = d7 * F_0_298 + z1 + z3;
            int o2 = d5 * F_2_053 + z2 + z4;
            int o1 = d3 * F_3_072 + z2 + z3;
            int o0 = d1 * F_1_501 + z1 + z4;

            storeColumn(w, x, e0, e1, e2, e3, o0, o1, o2, o3);
        }
        return rightHalf;
    }

    /** The same of columns whose lower half is zero: what is left of the sums has fewer products. */
    private static boolean columnsOfFour(short[] c, int at, short[] q, int[] w) {
        boolean rightHalf = false;
        for (int x = 0; x < Blocks.SIDE; x++) {
            int d0 = (short) (c[at + x] * q[x]);
            int below = c[at + 8 + x] | c[at + 16 + x] | c[at + 24 + x];
            rightHalf |= x >= Blocks.SIDE / 2 && (d0 | below) != 0;
            if (below == 0) {
                level(d0, w, x);
                continue;
            }
            int d1 = (short) (c[at + 8 + x] * q[8 + x]);
            int d2 = (short) (c[at + 16 + x] * q[16 + x]);
            int d3 = (short) (c[at + 24 + x] * q[24 + x]);
            int t0 = (d0 << FRACTION) + FIRST_HALF;
            int t2 = d2 * F_0_541;
            int t3 = d2 * D2_TO_E0;
            storeColumn(
                    w,
                    x,
                    t0 + t3,
                    t0 + t2,
                    t0 - t2,
                    t0 - t3,
                    d1 * D1_TO_O0 + d3 * F_1_175,
                    d1 * F_1_175 + d3 * D3_TO_O1,
                    d1 * D1_TO_O2 + d3 * D3_TO_O2,
                    d1 * D1_TO_O3 + d3 * D3_TO_O3);
        }
        return rightHalf;
    }

    private static void level(int d0, int[] w, int x) {
        int value = sixteenBits(d0 << KEPT);
        for (int i = x; i < Blocks.SIZE; i += Blocks.SIDE) {
            w[i] = value;
        }
    }

    private static void storeColumn(int[] w, int x, int e0, int e1, int e2, int e3, int o0, int o1, int o2, int o3) {
        w[x] = sixteenBits((e0 + o0) >> FIRST_SHIFT);
        w[56 + x] = sixteenBits((e0 - o0) >> FIRST_SHIFT);
        w[8 + x] = sixteenBits((e1 + o1) >> FIRST_SHIFT);
        w[48 + x] = sixteenBits((e1 - o1) >> FIRST_SHIFT);
        w[16 + x] = sixteenBits((e2 + o2) >> FIRST_SHIFT);
        w[40 + x] = sixteenBits((e2 - o2) >> FIRST_SHIFT);
        w[24 + x] = sixteenBits((e3 + o3) >> FIRST_SHIFT);
        w[32 + x] = sixteenBits((e3 - o3) >> FIRST_SHIFT);
    }

    private static void rows(int[] w, int count, byte[] samples, int to, int stride) {
        for (int y = 0; y < count; y++) {
            int at = y * Blocks.SIDE;
            int d0 = w[at];
            int d1 = w[at + 1];
            int d2 = w[at + 2];
            int d3 = w[at + 3];
            int d4 = w[at + 4];
            int d5 = w[at + 5];
            int d6 = w[at + 6];
            int d7 = w[at + 7];

            int z1 = (d2 + d6) * F_0_541;
            int t2 = z1 - d6 * F_1_847;
            int t3 = z1 + d2 * F_0_765;
            int t0 = (short) (d0 + d4) << FRACTION;
            int t1 = (short) (d0 - d4) << FRACTION;
            int e0 = t0 + t3 + SECOND_HALF;
            int e3 = t0 - t3 + SECOND_HALF;
            int e1 = t1 + t2 + SECOND_HALF;
            int e2 = t1 - t2 + SECOND_HALF;

            int z3 = (short) (d7 + d3);
            int z4 = (short) (d5 + d1);
            int z5 = (z3 + z4) * F_1_175;
            z1 = (d7 + d1) * -F_0_899;
            int z2 = (d5 + d3) * -F_2_562;
            z3 = z5 - z3 * F_1_961;
            z4 = z5 - z4 * F_0_390;
            int o3 = d7 * F_0_298 + z1 + z3;
            int o2 = d5 * F_2_053 + z2 + z4;
            int o1 = d3 * F_3_072 + z2 + z3;
            int o0 = d1 * F_1_501 + z1 + z4;

            storeRow(samples, to + y * stride, e0, e1, e2, e3, o0, o1, o2, o3);
        }
    }

    /** Rows whose right half is zero. */
    private static void rowsOfFour(int[] w, byte[] samples, int to, int stride) {
        for (int y = 0; y < Blocks.SIDE; y++) {
            int at = y * Blocks.SIDE;
            int d1 = w[at + 1];
            int d2 = w[at + 2];
            int d3 = w[at + 3];
            int t0 = (w[at] << FRACTION) + SECOND_HALF;
            int t2 = d2 * F_0_541;
            int t3 = d2 * D2_TO_E0;
            storeRow(
                    samples,
                    to + y * stride,
                    t0 + t3,
                    t0 + t2,
                    t0 - t2,
                    t0 - t3,
                    d1 * D1_TO_O0 + d3 * F_1_175,
                    d1 * F_1_175 + d3 * D3_TO_O1,
                    d1 * D1_TO_O2 + d3 * D3_TO_O2,
                    d1 * D1_TO_O3 + d3 * D3_TO_O3);
        }
    }

    private static void storeRow(
            byte[] samples, int to, int e0, int e1, int e2, int e3, int o0, int o1, int o2, int o3) {
        int s0 = (e0 + o0) >> SECOND_SHIFT;
        int s7 = (e0 - o0) >> SECOND_SHIFT;
        int s1 = (e1 + o1) >> SECOND_SHIFT;
        int s6 = (e1 - o1) >> SECOND_SHIFT;
        int s2 = (e2 + o2) >> SECOND_SHIFT;
        int s5 = (e2 - o2) >> SECOND_SHIFT;
        int s3 = (e3 + o3) >> SECOND_SHIFT;
        int s4 = (e3 - o3) >> SECOND_SHIFT;
        if (((s0 | s1 | s2 | s3 | s4 | s5 | s6 | s7) & ~255) != 0) { // seldom
            s0 = clamp(s0);
            s1 = clamp(s1);
            s2 = clamp(s2);
            s3 = clamp(s3);
            s4 = clamp(s4);
            s5 = clamp(s5);
            s6 = clamp(s6);
            s7 = clamp(s7);
        }
        int left = s0 | s1 << 8 | s2 << 16 | s3 << 24;
        int right = s4 | s5 << 8 | s6 << 16 | s7 << 24;
        EIGHT_BYTES.set(samples, to, (left & 0xffffffffL) | (long) right << 32);
    }

    private static int sixteenBits(int value) {
        return Math.max(Short.MIN_VALUE, Math.min(value, Short.MAX_VALUE));
    }

    private static int clamp(int level) {
        return Math.max(0, Math.min(level, 255));
    }
}
