package org.clipjava.image.codec.webp;

import java.util.Arrays;

/**
 * VP8's prediction from pixels above and to the left, RFC 6386 section 12, in place: a block of a plane is written from the row
 * before it and the column before it, whatever these hold at the picture's edges.
 */
final class IntraPrediction {
    static final int DC = 0;
    static final int TRUE_MOTION = 1;
    static final int VERTICAL = 2;
    static final int HORIZONTAL = 3;

    // Of blocks of 4x4 alone; the four above are theirs too, with smoothing where it says so.
    static final int LEFT_DOWN = 4;
    static final int RIGHT_DOWN = 5;
    static final int VERTICAL_RIGHT = 6;
    static final int VERTICAL_LEFT = 7;
    static final int HORIZONTAL_DOWN = 8;
    static final int HORIZONTAL_UP = 9;

    private IntraPrediction() {}

    /**
     * Predicts a square of a whole macroblock.
     *
     * @param size 16 of luma, 8 of chroma
     * @param hasAbove false in the picture's first row: then the mean leaves the row above out
     * @param hasLeft likewise for the column to the left
     */
    static void predict(byte[] p, int at, int stride, int size, int mode, boolean hasAbove, boolean hasLeft) {
        switch (mode) {
            case DC -> fill(p, at, stride, size, mean(p, at, stride, size, hasAbove, hasLeft));
            case TRUE_MOTION -> trueMotion(p, at, stride, size);
            case VERTICAL -> {
                for (int y = 0; y < size; y++) {
                    System.arraycopy(p, at - stride, p, at + y * stride, size);
                }
            }
            default -> {
                for (int y = 0, row = at; y < size; y++, row += stride) {
                    Arrays.fill(p, row, row + size, p[row - 1]);
                }
            }
        }
    }

    private static void fill(byte[] p, int at, int stride, int size, int value) {
        for (int y = 0, row = at; y < size; y++, row += stride) {
            Arrays.fill(p, row, row + size, (byte) value);
        }
    }

    private static int mean(byte[] p, int at, int stride, int size, boolean hasAbove, boolean hasLeft) {
        if (!hasAbove && !hasLeft) {
            return 128;
        }
        int sum = 0;
        int n = 0;
        if (hasAbove) {
            for (int x = 0; x < size; x++) {
                sum += p[at - stride + x] & 0xff;
            }
            n += size;
        }
        if (hasLeft) {
            for (int y = 0; y < size; y++) {
                sum += p[at + y * stride - 1] & 0xff;
            }
            n += size;
        }
        // n is a power of two.
        return (sum + (n >> 1)) >> Integer.numberOfTrailingZeros(n);
    }

    private static void trueMotion(byte[] p, int at, int stride, int size) {
        int above = at - stride;
        int corner = p[above - 1] & 0xff;
        for (int y = 0, row = at; y < size; y++, row += stride) {
            int difference = (p[row - 1] & 0xff) - corner;
            for (int x = 0; x < size; x++) {
                p[row + x] = (byte) Math.clamp((p[above + x] & 0xff) + difference, 0, 255);
            }
        }
    }

    /** Predicts a block of 4x4, whose upper right neighbours are the next four of the row above. */
    static void predict4(byte[] p, int at, int stride, int mode) {
        int above = at - stride;
        // The edge, from the lower left round the corner to the upper right.
        int l = p[at + 3 * stride - 1] & 0xff;
        int k = p[at + 2 * stride - 1] & 0xff;
        int j = p[at + stride - 1] & 0xff;
        int i = p[at - 1] & 0xff;
        int x = p[above - 1] & 0xff;
        int a = p[above] & 0xff;
        int b = p[above + 1] & 0xff;
        int c = p[above + 2] & 0xff;
        int d = p[above + 3] & 0xff;
        int row1 = at + stride;
        int row2 = row1 + stride;
        int row3 = row2 + stride;
        switch (mode) {
            case DC -> {
                byte mean = (byte) ((a + b + c + d + i + j + k + l + 4) >> 3);
                row(p, at, mean, mean, mean, mean);
                row(p, row1, mean, mean, mean, mean);
                row(p, row2, mean, mean, mean, mean);
                row(p, row3, mean, mean, mean, mean);
            }
            case TRUE_MOTION -> trueMotion(p, at, stride, 4);
            case VERTICAL -> {
                byte va = mean(x, a, b);
                byte vb = mean(a, b, c);
                byte vc = mean(b, c, d);
                byte vd = mean(c, d, p[above + 4] & 0xff);
                row(p, at, va, vb, vc, vd);
                row(p, row1, va, vb, vc, vd);
                row(p, row2, va, vb, vc, vd);
                row(p, row3, va, vb, vc, vd);
            }
            case HORIZONTAL -> {
                byte h0 = mean(x, i, j);
                byte h1 = mean(i, j, k);
                byte h2 = mean(j, k, l);
                byte h3 = mean(k, l, l);
                row(p, at, h0, h0, h0, h0);
                row(p, row1, h1, h1, h1, h1);
                row(p, row2, h2, h2, h2, h2);
                row(p, row3, h3, h3, h3, h3);
            }
            case LEFT_DOWN -> {
                int e = p[above + 4] & 0xff;
                int f = p[above + 5] & 0xff;
                int g = p[above + 6] & 0xff;
                int h = p[above + 7] & 0xff;
                byte bcd = mean(b, c, d);
                byte cde = mean(c, d, e);
                byte def = mean(d, e, f);
                byte efg = mean(e, f, g);
                byte fgh = mean(f, g, h);
                row(p, at, mean(a, b, c), bcd, cde, def);
                row(p, row1, bcd, cde, def, efg);
                row(p, row2, cde, def, efg, fgh);
                row(p, row3, def, efg, fgh, mean(g, h, h));
            }
            case RIGHT_DOWN -> {
                byte ijk = mean(i, j, k);
                byte xij = mean(x, i, j);
                byte axi = mean(a, x, i);
                byte bax = mean(b, a, x);
                byte cba = mean(c, b, a);
                row(p, at, axi, bax, cba, mean(d, c, b));
                row(p, row1, xij, axi, bax, cba);
                row(p, row2, ijk, xij, axi, bax);
                row(p, row3, mean(j, k, l), ijk, xij, axi);
            }
            case VERTICAL_RIGHT -> {
                byte xa = mean(x, a);
                byte ab = mean(a, b);
                byte bc = mean(b, c);
                byte ixa = mean(i, x, a);
                byte xab = mean(x, a, b);
                byte abc = mean(a, b, c);
                row(p, at, xa, ab, bc, mean(c, d));
                row(p, row1, ixa, xab, abc, mean(b, c, d));
                row(p, row2, mean(j, i, x), xa, ab, bc);
                row(p, row3, mean(k, j, i), ixa, xab, abc);
            }
            case VERTICAL_LEFT -> {
                int e = p[above + 4] & 0xff;
                int f = p[above + 5] & 0xff;
                int g = p[above + 6] & 0xff;
                int h = p[above + 7] & 0xff;
                byte bc = mean(b, c);
                byte cd = mean(c, d);
                byte de = mean(d, e);
                byte bcd = mean(b, c, d);
                byte cde = mean(c, d, e);
                byte def = mean(d, e, f);
                row(p, at, mean(a, b), bc, cd, de);
                row(p, row1, mean(a, b, c), bcd, cde, def);
                row(p, row2, bc, cd, de, mean(e, f, g));
                row(p, row3, bcd, cde, def, mean(f, g, h));
            }
            case HORIZONTAL_DOWN -> {
                byte ix = mean(i, x);
                byte ji = mean(j, i);
                byte kj = mean(k, j);
                byte ixa = mean(i, x, a);
                byte jix = mean(j, i, x);
                byte kji = mean(k, j, i);
                row(p, at, ix, ixa, mean(x, a, b), mean(a, b, c));
                row(p, row1, ji, jix, ix, ixa);
                row(p, row2, kj, kji, ji, jix);
                row(p, row3, mean(l, k), mean(l, k, j), kj, kji);
            }
            default -> {
                byte jk = mean(j, k);
                byte kl = mean(k, l);
                byte jkl = mean(j, k, l);
                byte kll = mean(k, l, l);
                byte last = (byte) l;
                row(p, at, mean(i, j), mean(i, j, k), jk, jkl);
                row(p, row1, jk, jkl, kl, kll);
                row(p, row2, kl, kll, last, last);
                row(p, row3, last, last, last, last);
            }
        }
    }

    private static void row(byte[] p, int at, byte first, byte second, byte third, byte fourth) {
        p[at] = first;
        p[at + 1] = second;
        p[at + 2] = third;
        p[at + 3] = fourth;
    }

    private static byte mean(int first, int second) {
        return (byte) ((first + second + 1) >> 1);
    }

    /** With twice the weight for the one in the middle. */
    private static byte mean(int first, int middle, int last) {
        return (byte) ((first + 2 * middle + last + 2) >> 2);
    }
}
