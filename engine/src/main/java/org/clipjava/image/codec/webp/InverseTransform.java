package org.clipjava.image.codec.webp;

/**
 * VP8's inverse transforms, RFC 6386 section 14, added to what was predicted.
 *
 * <p>Sane streams keep far away from where 16 bits overflow. For others the sums wrap where they do in libwebp as Pillow's wheels
 * have it: in the full transform, which it does on vectors of 16 bits, and not in the two short ones.
 */
final class InverseTransform {
    /** sqrt(2) cos(pi / 8) - 1 and sqrt(2) sin(pi / 8), with 16 bits behind the point. */
    private static final int COS = 20091;

    private static final int SIN = 35468;

    private final int[] columns = new int[16];

    /**
     * The Walsh-Hadamard transform of the 16 first coefficients of a macroblock's blocks.
     *
     * @param in 16 coefficients
     * @param out takes each where its block begins, 16 apart
     */
    void walshHadamard(short[] in, short[] out) {
        int[] t = columns;
        for (int x = 0; x < 4; x++) {
            int outer = in[x] + in[12 + x];
            int inner = in[4 + x] + in[8 + x];
            int innerDifference = in[4 + x] - in[8 + x];
            int outerDifference = in[x] - in[12 + x];
            t[x] = outer + inner;
            t[4 + x] = outerDifference + innerDifference;
            t[8 + x] = outer - inner;
            t[12 + x] = outerDifference - innerDifference;
        }
        for (int y = 0; y < 4; y++) {
            int rounded = t[4 * y] + 3;
            int outer = rounded + t[4 * y + 3];
            int inner = t[4 * y + 1] + t[4 * y + 2];
            int innerDifference = t[4 * y + 1] - t[4 * y + 2];
            int outerDifference = rounded - t[4 * y + 3];
            out[64 * y] = (short) ((outer + inner) >> 3);
            out[64 * y + 16] = (short) ((outerDifference + innerDifference) >> 3);
            out[64 * y + 32] = (short) ((outer - inner) >> 3);
            out[64 * y + 48] = (short) ((outerDifference - innerDifference) >> 3);
        }
    }

    /** Adds a block of 16 coefficients, those from {@code from} on. */
    void add(short[] in, int from, byte[] p, int at, int stride) {
        int[] t = columns;
        for (int x = 0; x < 4; x++) {
            int first = in[from + x];
            int second = in[from + 4 + x];
            int third = in[from + 8 + x];
            int fourth = in[from + 12 + x];
            int sum = first + third;
            int difference = first - third;
            int c = sine(second) - cosine(fourth);
            int d = cosine(second) + sine(fourth);
            t[x] = sum + d;
            t[4 + x] = difference + c;
            t[8 + x] = difference - c;
            t[12 + x] = sum - d;
        }
        // t is by rows now; a row's pass gives a row of pixels.
        for (int y = 0, row = at; y < 4; y++, row += stride) {
            int first = t[4 * y] + 4;
            int second = (short) t[4 * y + 1];
            int third = t[4 * y + 2];
            int fourth = (short) t[4 * y + 3];
            int sum = first + third;
            int difference = first - third;
            int c = sine(second) - cosine(fourth);
            int d = cosine(second) + sine(fourth);
            add(p, row, (short) (sum + d) >> 3);
            add(p, row + 1, (short) (difference + c) >> 3);
            add(p, row + 2, (short) (difference - c) >> 3);
            add(p, row + 3, (short) (sum - d) >> 3);
        }
    }

    /** The same where only the first coefficient, and the first of the second row and of the second column, aren't zero. */
    void addThree(short[] in, int from, byte[] p, int at, int stride) {
        int first = in[from] + 4;
        int c = sine(in[from + 1]);
        int d = cosine(in[from + 1]);
        int rowC = sine(in[from + 4]);
        int rowD = cosine(in[from + 4]);
        addRow(p, at, first + rowD, d, c);
        addRow(p, at + stride, first + rowC, d, c);
        addRow(p, at + 2 * stride, first - rowC, d, c);
        addRow(p, at + 3 * stride, first - rowD, d, c);
    }

    private static void addRow(byte[] p, int at, int mean, int d, int c) {
        add(p, at, (mean + d) >> 3);
        add(p, at + 1, (mean + c) >> 3);
        add(p, at + 2, (mean - c) >> 3);
        add(p, at + 3, (mean - d) >> 3);
    }

    /** The same where only the first coefficient isn't zero. */
    void addFirst(int first, byte[] p, int at, int stride) {
        int mean = (first + 4) >> 3;
        for (int y = 0, row = at; y < 4; y++, row += stride) {
            add(p, row, mean);
            add(p, row + 1, mean);
            add(p, row + 2, mean);
            add(p, row + 3, mean);
        }
    }

    private static void add(byte[] p, int at, int difference) {
        p[at] = (byte) Math.max(0, Math.min(255, (p[at] & 0xff) + difference));
    }

    private static int cosine(int value) {
        return ((value * COS) >> 16) + value;
    }

    private static int sine(int value) {
        return (value * SIN) >> 16;
    }
}
