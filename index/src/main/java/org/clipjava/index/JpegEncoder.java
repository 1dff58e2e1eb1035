package org.clipjava.index;

import java.util.Arrays;
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
    private static final int INITIAL_BYTES = 1 << 14;

    /** Is added before a value is cut to an integer, so that it is rounded: more than any level. */
    private static final int ABOVE = 1 << 14;

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
    private byte[] out = new byte[INITIAL_BYTES];
    private int size;
    private final float[] block = new float[AREA];
    private final float[] bright = new float[4 * AREA];
    private final int[] sums = new int[3 * AREA];
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
                read(left, top);
                for (int part = 0; part < 4; part++) {
                    System.arraycopy(bright, part * AREA, block, 0, AREA);
                    before[0] = write(brightnessScales, before[0]);
                }
                colour(-0.168736f, -0.331264f, 0.5f);
                before[1] = write(colourScales, before[1]);
                colour(0.5f, -0.418688f, -0.081312f);
                before[2] = write(colourScales, before[2]);
            }
        }
        if (bitCount > 0) {
            put(0x7f, 8 - bitCount); // the rest of the last byte is ones
        }
        word(0xffd9);
        return Arrays.copyOf(out, size);
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
        write(number);
        for (int place : ZIGZAG) {
            write(table[place]);
        }
    }

    private void codes(int number, Codes codes) {
        word(0xffc4);
        word(2 + 1 + codes.counts.length + codes.values.length);
        write(number);
        write(codes.counts);
        write(codes.values);
    }

    private void write(String hex) {
        write(HexFormat.of().parseHex(hex));
    }

    private void write(byte[] bytes) {
        for (byte value : bytes) {
            write(value);
        }
    }

    private void write(int value) {
        if (size == out.length) {
            out = Arrays.copyOf(out, 2 * size);
        }
        out[size++] = (byte) value;
    }

    private void word(int value) {
        write(value >> 8);
        write(value);
    }

    /**
     * Reads brightness, block by block, and the sums of red, green and blue of four pixels each. Beyond the picture its edge goes on.
     */
    private void read(int left, int top) {
        byte[] rgb = image.rgb();
        Arrays.fill(sums, 0);
        for (int y = 0; y < MCU; y++) {
            int row = Math.min(top + y, image.height() - 1) * image.width();
            for (int x = 0; x < MCU; x++) {
                int at = 3 * (row + Math.min(left + x, image.width() - 1));
                int red = rgb[at] & 0xff;
                int green = rgb[at + 1] & 0xff;
                int blue = rgb[at + 2] & 0xff;
                bright[(y / BLOCK * 2 + x / BLOCK) * AREA + y % BLOCK * BLOCK + x % BLOCK] =
                        0.299f * red + 0.587f * green + 0.114f * blue - 128;
                int to = y / 2 * BLOCK + x / 2;
                sums[to] += red;
                sums[AREA + to] += green;
                sums[2 * AREA + to] += blue;
            }
        }
    }

    private void colour(float red, float green, float blue) {
        for (int i = 0; i < AREA; i++) {
            block[i] = (red * sums[i] + green * sums[AREA + i] + blue * sums[2 * AREA + i]) / 4;
        }
    }

    /** Writes the block; the first of its coefficients. */
    private int write(float[] scales, int before) {
        transform(block, half);
        transform(half, block);
        for (int i = 0; i < AREA; i++) {
            quantised[i] = (int) (block[i] * scales[i] + (ABOVE + 0.5f)) - ABOVE;
        }
        put(DC, 0, quantised[0] - before);
        long levels = 0;
        for (int i = 1; i < AREA; i++) {
            levels |= (quantised[ZIGZAG[i]] == 0 ? 0L : 1L) << i;
        }
        int last = 0;
        for (; levels != 0; levels &= levels - 1) {
            int next = Long.numberOfTrailingZeros(levels);
            int zeros = next - last - 1;
            for (; zeros > 15; zeros -= 16) {
                put(AC.codes[SIXTEEN_ZEROS], AC.lengths[SIXTEEN_ZEROS]);
            }
            put(AC, zeros, quantised[ZIGZAG[next]]);
            last = next;
        }
        if (last < AREA - 1) {
            put(AC.codes[END_OF_BLOCK], AC.lengths[END_OF_BLOCK]);
        }
        return quantised[0];
    }

    /**
     * Transforms each row, and puts it down as a column: twice does rows and columns. Even frequencies are alike in both halves of a row,
     * odd ones are opposite; so it is with the even ones' halves.
     */
    private static void transform(float[] from, float[] to) {
        for (int row = 0; row < BLOCK; row++) {
            int at = row * BLOCK;
            float sum0 = from[at] + from[at + 7];
            float sum1 = from[at + 1] + from[at + 6];
            float sum2 = from[at + 2] + from[at + 5];
            float sum3 = from[at + 3] + from[at + 4];
            float outer = sum0 - sum3;
            float inner = sum1 - sum2;
            to[row] = COSINES[0] * (sum0 + sum1 + sum2 + sum3);
            to[2 * BLOCK + row] = COSINES[2 * BLOCK] * outer + COSINES[2 * BLOCK + 1] * inner;
            to[4 * BLOCK + row] = COSINES[4 * BLOCK] * (sum0 + sum3 - sum1 - sum2);
            to[6 * BLOCK + row] = COSINES[6 * BLOCK] * outer + COSINES[6 * BLOCK + 1] * inner;
            float difference0 = from[at] - from[at + 7];
            float difference1 = from[at + 1] - from[at + 6];
            float difference2 = from[at + 2] - from[at + 5];
            float difference3 = from[at + 3] - from[at + 4];
            for (int u = 1; u < BLOCK; u += 2) {
                to[u * BLOCK + row] = product(u, difference0, difference1, difference2, difference3);
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
            write(next);
            if (next == 0xff) {
                write(0);
            }
        }
    }
}
