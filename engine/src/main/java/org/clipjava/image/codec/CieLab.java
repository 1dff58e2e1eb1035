package org.clipjava.image.codec;

/**
 * CIE L*a*b* of 8 bits to sRGB, as Pillow has LittleCMS convert it, bit for bit: by a table of 33 x 33 x 33 colours in 16 bits, between which
 * is interpolated in integers, in the one of six tetrahedra of a cell that the colour lies in.
 *
 * <p>L is 255 for white. Light is that of D50 in L*a*b*, of D65 in sRGB, adapted as Bradford has it.
 */
public final class CieLab {
    private static final int POINTS = 33;
    private static final int CELLS = POINTS - 1;
    private static final int SAMPLES = 3;

    /** How far apart neighbours lie in the table. */
    private static final int STEP_B = SAMPLES;

    private static final int STEP_A = STEP_B * POINTS;
    private static final int STEP_L = STEP_A * POINTS;

    /** White, as the specification of ICC profiles rounds it. */
    private static final double[] D50 = {0.9642, 1.0, 0.8249};

    /** From XYZ beneath D50 to linear sRGB: the inverse of its primaries, whose white of x = 0.3127 and y = 0.3290 is adapted. */
    private static final double[][] LINEAR_OF_XYZ = {
        {3.1341863642368204, -1.6172089589982754, -0.49069406400638405},
        {-0.9787485041906939, 1.9161300967735855, 0.03343339915999552},
        {0.07196392780224677, -0.22899387345320313, 1.4057537328964438}
    };

    /** What the largest number stands for where XYZ is held in 16 bits. */
    private static final double LARGEST_XYZ = 1 + 32767.0 / 32768.0;

    private CieLab() {}

    /**
     * Converts pixels in place.
     *
     * @param pixels [pixels, 3], L*a*b*, then sRGB
     * @param signed a and b are bytes with a sign, instead of 128 more than they are
     */
    public static void toRgb(byte[] pixels, boolean signed) {
        int flip = signed ? 0x80 : 0;
        for (int i = 0; i < pixels.length; i += SAMPLES) {
            convert(pixels, i, pixels[i] & 0xff, (pixels[i + 1] & 0xff) ^ flip, (pixels[i + 2] & 0xff) ^ flip);
        }
    }

    /** Between the corner of the cell and the one across lie two others: along the longest rest first, then along the next. */
    private static void convert(byte[] rgb, int at, int l, int a, int b) {
        char[] table = Table.COLORS;
        int restL = Table.RESTS[l];
        int restA = Table.RESTS[a];
        int restB = Table.RESTS[b];
        int stepL = l == 0xff ? 0 : STEP_L;
        int stepA = a == 0xff ? 0 : STEP_A;
        int stepB = b == 0xff ? 0 : STEP_B;
        int corner = Table.CELLS_OF[l] * STEP_L + Table.CELLS_OF[a] * STEP_A + Table.CELLS_OF[b] * STEP_B;
        int alongL = corner + (restA > restL ? stepA : 0) + (restB > restL ? stepB : 0);
        int alongA = corner + (restA > restL ? 0 : stepL) + (restB > restA ? stepB : 0);
        int alongB = corner + (restB > restL ? 0 : stepL) + (restB > restA ? 0 : stepA);
        for (int c = 0; c < SAMPLES; c++) {
            int sum = (table[alongL + stepL + c] - table[alongL + c]) * restL
                    + (table[alongA + stepA + c] - table[alongA + c]) * restA
                    + (table[alongB + stepB + c] - table[alongB + c]) * restB
                    + 0x8001;
            int level = (table[corner + c] + ((sum + (sum >> 16)) >> 16)) & 0xffff;
            rgb[at + c] = (byte) ((level * 65281 + (1 << 23)) >>> 24);
        }
    }

    /** What is the same for all pixels; made when the first one is converted. */
    private static final class Table {
        /** The cell that a level lies in, and by how much of 65,536 beyond its corner. */
        static final int[] CELLS_OF = new int[256];

        static final int[] RESTS = new int[256];

        /** [L, a, b, sRGB] */
        static final char[] COLORS = new char[SAMPLES * POINTS * POINTS * POINTS];

        static {
            for (int i = 0; i < CELLS_OF.length; i++) {
                int place = i * 257 * CELLS;
                int fixed = place + (place + 0x7fff) / 0xffff;
                CELLS_OF[i] = fixed >> 16;
                RESTS[i] = fixed & 0xffff;
            }
            float[] levels = new float[POINTS];
            for (int i = 0; i < POINTS; i++) {
                levels[i] = (float) (word(i * 65535.0 / CELLS) / 65535.0);
            }
            int at = 0;
            for (float l : levels) {
                for (float a : levels) {
                    for (float b : levels) {
                        color(l, a, b, at);
                        at += SAMPLES;
                    }
                }
            }
        }

        private Table() {}

        /** Of levels from 0 to 1. Between its steps LittleCMS has floats; so must this. */
        private static void color(float l, float a, float b, int at) {
            double y = (l * 100.0 + 16.0) / 116.0;
            double x = y + 0.002 * (a * 255.0 - 128.0);
            double z = y - 0.005 * (b * 255.0 - 128.0);
            float encodedX = (float) (light(x) * D50[0] / LARGEST_XYZ);
            float encodedY = (float) (light(y) * D50[1] / LARGEST_XYZ);
            float encodedZ = (float) (light(z) * D50[2] / LARGEST_XYZ);
            for (int c = 0; c < SAMPLES; c++) {
                double[] row = LINEAR_OF_XYZ[c];
                double linear = encodedX * (row[0] * LARGEST_XYZ)
                        + encodedY * (row[1] * LARGEST_XYZ)
                        + encodedZ * (row[2] * LARGEST_XYZ);
                COLORS[at + c] = (char) word((float) gamma((float) linear) * 65535.0);
            }
        }

        private static double light(double root) {
            return root <= 24.0 / 116.0 ? 108.0 / 841.0 * (root - 16.0 / 116.0) : root * root * root;
        }

        private static double gamma(double linear) {
            double slope = 1 / 1.055;
            double offset = 0.055 / 1.055;
            double knee = StrictMath.pow(slope * 0.04045 + offset, 2.4);
            return linear >= knee ? (StrictMath.pow(linear, 1 / 2.4) - offset) / slope : linear / (1 / 12.92);
        }

        /** Rounds to 16 bits. */
        private static int word(double level) {
            return (int) Math.clamp(Math.floor(level + 0.5), 0, 65535);
        }
    }
}
