package org.clipjava.index;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.clipjava.image.RgbImage;

/**
 * Writes small pictures as JPEG: baseline, colours at half the resolution, the tables of the standard's annex K. ImageIO's writer takes
 * longer to be set up than a thumbnail takes to be written. For one picture.
 */
final class JpegEncoder {
    private static final int BLOCK = 8;
    private static final int AREA = BLOCK * BLOCK;
    private static final int MCU = 2 * BLOCK;

    /** Where the coefficients of a block stand, from low frequencies to high ones. */
    private static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    /** For brightness, row by row. */
    private static final int[] BRIGHTNESS = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };

    /** For colour, row by row: of the first four rows and columns; the others are 99. */
    private static final int[] COLOUR = {17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99};

    private static final int COLOUR_SIDE = 4;
    private static final int COLOUR_BEYOND = 99;

    /** How many codes have 1 to 16 bits, and what they stand for. The same two are used for brightness and colour. */
    private static final Codes DC = Codes.of("00010501010101010100000000000000", "000102030405060708090a0b");

    private static final Codes AC = Codes.of(
            "0002010303020403050504040000017d",
            "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
                    + "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5"
                    + "a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa");

    private static final int END_OF_BLOCK = 0x00;
    private static final int SIXTEEN_ZEROS = 0xf0;

    /** [frequency, place]: the transform of a row of eight. */
    private static final float[] COSINES = cosines();

    private final RgbImage image;
    private final int[] brightness;
    private final int[] colour;
    private final float[] brightnessScales;
    private final float[] colourScales;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final float[] block = new float[AREA];
    private final float[] half = new float[AREA];
    private final int[] quantised = new int[AREA];
    private int bits;
    private int bitCount;

    private JpegEncoder(RgbImage image, int quality) {
        this.image = image;
        int[] colours = new int[AREA];
        for (int i = 0; i < AREA; i++) {
            int row = i / BLOCK;
            int column = i % BLOCK;
            colours[i] = row < COLOUR_SIDE && column < COLOUR_SIDE ? COLOUR[row * COLOUR_SIDE + column] : COLOUR_BEYOND;
        }
        this.brightness = scaled(BRIGHTNESS, quality);
        this.colour = scaled(colours, quality);
        this.brightnessScales = inverse(brightness);
        this.colourScales = inverse(colour);
    }

    /**
     * A JPEG.
     *
     * @param quality 50 to 100, as libjpeg has it
     */
    static byte[] encode(RgbImage image, int quality) {
        return new JpegEncoder(image, quality).encode();
    }

    /** Codes by what they stand for. */
    private record Codes(byte[] counts, byte[] values, int[] codes, int[] lengths) {
        static Codes of(String counts, String values) {
            byte[] count = HexFormat.of().parseHex(counts);
            byte[] value = HexFormat.of().parseHex(values);
            int[] codes = new int[256];
            int[] lengths = new int[256];
            int code = 0;
            int at = 0;
            for (int length = 1; length <= count.length; length++) {
                for (int i = 0; i < (count[length - 1] & 0xff); i++) {
                    codes[value[at] & 0xff] = code++;
                    lengths[value[at++] & 0xff] = length;
                }
                code <<= 1;
            }
            return new Codes(count, value, codes, lengths);
        }
    }

    private static float[] cosines() {
        float[] cosines = new float[AREA];
        for (int u = 0; u < BLOCK; u++) {
            for (int x = 0; x < BLOCK; x++) {
                double norm = u == 0 ? Math.sqrt(1.0 / BLOCK) : Math.sqrt(2.0 / BLOCK);
                cosines[u * BLOCK + x] = (float) (norm * Math.cos((2 * x + 1) * u * Math.PI / MCU));
            }
        }
        return cosines;
    }

    private static int[] scaled(int[] table, int quality) {
        int percent = 200 - 2 * quality;
        int[] scaled = new int[AREA];
        for (int i = 0; i < AREA; i++) {
            scaled[i] = Math.clamp((table[i] * percent + 50) / 100, 1, 255);
        }
        return scaled;
    }

    private static float[] inverse(int[] table) {
        float[] inverse = new float[AREA];
        for (int i = 0; i < AREA; i++) {
            inverse[i] = 1f / table[i];
        }
        return inverse;
    }

    private byte[] encode() {
        head();
        int[] before = new int[3];
        for (int top = 0; top < image.height(); top += MCU) {
            for (int left = 0; left < image.width(); left += MCU) {
                for (int part = 0; part < 4; part++) {
                    readBrightness(left + part % 2 * BLOCK, top + part / 2 * BLOCK);
                    before[0] = write(brightnessScales, before[0]);
                }
                readColour(left, top, -0.168736f, -0.331264f, 0.5f);
                before[1] = write(colourScales, before[1]);
                readColour(left, top, 0.5f, -0.418688f, -0.081312f);
                before[2] = write(colourScales, before[2]);
            }
        }
        if (bitCount > 0) {
            put(0x7f, 8 - bitCount); // the rest of the last byte is ones
        }
        word(0xffd9);
        return out.toByteArray();
    }

    private void head() {
        word(0xffd8);
        word(0xffe0);
        write("00104a46494600010100000100010000");
        quantisation(0, brightness);
        quantisation(1, colour);
        word(0xffc0);
        write("001108");
        word(image.height());
        word(image.width());
        write("03012200021101031101"); // three components; the first has twice the resolution
        codes(0x00, DC);
        codes(0x10, AC);
        word(0xffda);
        write("000c03010002000300003f00");
    }

    private void quantisation(int number, int[] table) {
        word(0xffdb);
        word(2 + 1 + AREA);
        out.write(number);
        for (int place : ZIGZAG) {
            out.write(table[place]);
        }
    }

    private void codes(int number, Codes codes) {
        word(0xffc4);
        word(2 + 1 + codes.counts.length + codes.values.length);
        out.write(number);
        out.writeBytes(codes.counts);
        out.writeBytes(codes.values);
    }

    private void write(String hex) {
        out.writeBytes(HexFormat.of().parseHex(hex));
    }

    private void word(int value) {
        out.write(value >> 8);
        out.write(value);
    }

    /** Beyond the picture its edge goes on. */
    private int pixel(int x, int y) {
        return 3 * (Math.min(y, image.height() - 1) * image.width() + Math.min(x, image.width() - 1));
    }

    private void readBrightness(int left, int top) {
        byte[] rgb = image.rgb();
        for (int i = 0; i < AREA; i++) {
            int at = pixel(left + i % BLOCK, top + i / BLOCK);
            block[i] = 0.299f * (rgb[at] & 0xff) + 0.587f * (rgb[at + 1] & 0xff) + 0.114f * (rgb[at + 2] & 0xff) - 128;
        }
    }

    private void readColour(int left, int top, float red, float green, float blue) {
        byte[] rgb = image.rgb();
        for (int i = 0; i < AREA; i++) {
            int r = 0;
            int g = 0;
            int b = 0;
            for (int part = 0; part < 4; part++) {
                int at = pixel(left + i % BLOCK * 2 + part % 2, top + i / BLOCK * 2 + part / 2);
                r += rgb[at] & 0xff;
                g += rgb[at + 1] & 0xff;
                b += rgb[at + 2] & 0xff;
            }
            block[i] = (red * r + green * g + blue * b) / 4;
        }
    }

    /** Writes the block; the first of its coefficients. */
    private int write(float[] scales, int before) {
        transform(block, half);
        transform(half, block);
        for (int i = 0; i < AREA; i++) {
            quantised[i] = Math.round(block[i] * scales[i]);
        }
        put(DC, 0, quantised[0] - before);
        int zeros = 0;
        for (int i = 1; i < AREA; i++) {
            int level = quantised[ZIGZAG[i]];
            if (level == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) {
                put(AC.codes[SIXTEEN_ZEROS], AC.lengths[SIXTEEN_ZEROS]);
            }
            put(AC, zeros, level);
            zeros = 0;
        }
        if (zeros > 0) {
            put(AC.codes[END_OF_BLOCK], AC.lengths[END_OF_BLOCK]);
        }
        return quantised[0];
    }

    /**
     * Transforms each row, and puts it down as a column: twice does rows and columns. Even frequencies are alike in both halves of a row,
     * odd ones are opposite.
     */
    private static void transform(float[] from, float[] to) {
        for (int row = 0; row < BLOCK; row++) {
            int at = row * BLOCK;
            float sum0 = from[at] + from[at + 7];
            float sum1 = from[at + 1] + from[at + 6];
            float sum2 = from[at + 2] + from[at + 5];
            float sum3 = from[at + 3] + from[at + 4];
            float difference0 = from[at] - from[at + 7];
            float difference1 = from[at + 1] - from[at + 6];
            float difference2 = from[at + 2] - from[at + 5];
            float difference3 = from[at + 3] - from[at + 4];
            for (int u = 0; u < BLOCK; u += 2) {
                to[u * BLOCK + row] = product(u, sum0, sum1, sum2, sum3);
                to[(u + 1) * BLOCK + row] = product(u + 1, difference0, difference1, difference2, difference3);
            }
        }
    }

    private static float product(int u, float a, float b, float c, float d) {
        int at = u * BLOCK;
        return COSINES[at] * a + COSINES[at + 1] * b + COSINES[at + 2] * c + COSINES[at + 3] * d;
    }

    /** A value behind so many zeros: the code tells its length, and the value, less one if it is negative, follows. */
    private void put(Codes codes, int zeros, int value) {
        int length = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(value));
        int symbol = (zeros << 4) | length;
        put(codes.codes[symbol], codes.lengths[symbol]);
        put((value < 0 ? value - 1 : value) & ((1 << length) - 1), length);
    }

    private void put(int value, int length) {
        bits = (bits << length) | (value & ((1 << length) - 1));
        bitCount += length;
        while (bitCount >= 8) {
            bitCount -= 8;
            int next = (bits >> bitCount) & 0xff;
            out.write(next);
            if (next == 0xff) {
                out.write(0);
            }
        }
    }
}
