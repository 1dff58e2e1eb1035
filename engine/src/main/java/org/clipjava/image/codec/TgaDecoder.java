package org.clipjava.image.codec;

import java.util.Arrays;

/**
 * Truevision TGA: gray, gray with alpha, palettes and RGB of 16, 24 and 32 bits, plain or as run lengths, from any corner. As
 * Pillow, which refuses runs that go on in the next row and palettes of 32 bits.
 *
 * <p>The format has no signature: a file is taken for one if its whole header makes sense and it is nothing else.
 */
final class TgaDecoder {
    private static final int HEADER_BYTES = 18;
    private static final int RUN_LENGTHS = 8;
    private static final int INDEXED = 1;
    private static final int RGB = 2;
    private static final int GRAY = 3;

    /** A run has at most so many pixels. */
    private static final int LONGEST_RUN = 128;

    private final byte[] file;
    private final Background background;
    private final FileCursor in;
    private final int kind;
    private final boolean runLengths;
    private final int bits;
    private final int width;
    private final int height;
    private final int corner;
    private final boolean hasPalette;
    private final byte[] paletteAlpha = new byte[256];

    private TgaDecoder(byte[] file, Background background) throws CodecException {
        this.file = file;
        this.background = background;
        in = new FileCursor(file, "TGA");
        in.skip(1);
        hasPalette = in.u8() == 1;
        int type = in.u8();
        kind = type & ~RUN_LENGTHS;
        runLengths = (type & RUN_LENGTHS) != 0;
        in.skip(9);
        width = in.u16le();
        height = in.u16le();
        bits = in.u8();
        corner = in.u8() >> 4 & 3;
    }

    /** Whether this is the beginning of a TGA, as far as its header can tell. */
    static boolean isPlausible(byte[] file) {
        if (file.length < HEADER_BYTES) {
            return false;
        }
        int colorMap = file[1];
        int type = file[2];
        int mapBits = file[7];
        int depth = file[16] & 0xff;
        boolean knownMap = colorMap == 1
                ? mapBits == 15 || mapBits == 16 || mapBits == 24 || mapBits == 32
                : colorMap == 0 && Arrays.equals(file, 3, 8, new byte[5], 0, 5);
        boolean knownDepth = switch (type & ~RUN_LENGTHS) {
            case INDEXED -> colorMap == 1 && depth == 8;
            case RGB -> colorMap == 0 && (depth == 16 || depth == 24 || depth == 32);
            case GRAY -> depth == 1 || depth == 8 || depth == 16;
            default -> false;
        };
        boolean hasPixels = (file[12] | file[13]) != 0 && (file[14] | file[15]) != 0;
        return (type & 0xf0) == 0
                && knownMap
                && knownDepth
                && hasPixels
                && (file[17] & 0xc0) == 0
                && (file[17] & 15) <= 8;
    }

    /** Decodes a file whose header is plausible. */
    static PixelRows decode(byte[] file, Background background) throws CodecException {
        return new TgaDecoder(file, background).decode();
    }

    private PixelRows decode() throws CodecException {
        ImageSize.check(width, height);
        in.seek(0);
        int idBytes = in.u8();
        in.skip(2);
        int first = in.u16le();
        int colors = in.u16le();
        int colorBits = in.u8();
        in.seek(HEADER_BYTES);
        in.skip(idBytes);
        byte[] palette = hasPalette ? readPalette(first, colors, colorBits) : new byte[0];
        int rowBytes = (width * bits + 7) / 8;
        in.needForPixels(
                runLengths ? Math.ceilDiv((long) width * height, LONGEST_RUN) : (long) rowBytes * height,
                width,
                height);
        if (runLengths && bits < 8) {
            throw in.unsupported("expected run lengths of whole bytes, found pixels of " + bits + " bits");
        }
        byte[] rgb = new byte[3 * width * height];
        Rows rows = new Rows(new byte[rowBytes]);
        for (int i = 0; i < height; i++) {
            rows.next(i);
            int y = (corner & 2) != 0 ? i : height - 1 - i;
            for (int x = 0; x < width; x++) {
                int to = 3 * (y * width + ((corner & 1) != 0 ? width - 1 - x : x));
                expand(rows.row, x, palette, rgb, to);
                background.blend(rgb, to, alpha(rows.row, x));
            }
        }
        return new PixelRows(width, height, rgb);
    }

    private byte[] readPalette(int first, int colors, int colorBits) throws CodecException {
        if ((colorBits != 16 && colorBits != 24) || first + colors > 256) {
            throw in.unsupported("expected a palette of at most 256 colours of 16 or 24 bits, found " + (first + colors)
                    + " of " + colorBits + " bits");
        }
        byte[] palette = new byte[3 * 256];
        Arrays.fill(paletteAlpha, (byte) 255);
        int from = in.take((long) colorBits / 8 * colors);
        for (int i = 0; i < colors; i++) {
            putColor(file, from + colorBits / 8 * i, colorBits, palette, 3 * (first + i));
            if (colorBits == 16) {
                paletteAlpha[first + i] = (byte) alphaOf16Bits(file[from + 2 * i + 1]);
            }
        }
        return palette;
    }

    private static void putColor(byte[] from, int at, int bits, byte[] rgb, int to) {
        if (bits == 16) {
            int pixel = (from[at] & 0xff) | (from[at + 1] & 0xff) << 8;
            for (int c = 0; c < 3; c++) {
                rgb[to + c] = (byte) ((pixel >> (10 - 5 * c) & 31) * 255 / 31);
            }
        } else {
            for (int c = 0; c < 3; c++) {
                rgb[to + c] = from[at + 2 - c];
            }
        }
    }

    private int alpha(byte[] row, int x) {
        if (kind == RGB) {
            return bits == 32 ? row[4 * x + 3] & 0xff : bits == 16 ? alphaOf16Bits(row[2 * x + 1]) : 255;
        }
        if (hasPalette && bits == 8) {
            return paletteAlpha[row[x] & 0xff] & 0xff;
        }
        return kind == GRAY && bits == 16 ? row[2 * x + 1] & 0xff : 255;
    }

    /** Of the highest bit, which Pillow reads so. */
    private static int alphaOf16Bits(byte high) {
        return high < 0 ? 0 : 255;
    }

    private void expand(byte[] row, int x, byte[] palette, byte[] rgb, int to) {
        if (kind == RGB) {
            putColor(row, bits / 8 * x, bits, rgb, to);
            return;
        }
        int sample = bits == 1 ? -(row[x >> 3] >> (7 - (x & 7)) & 1) & 0xff : row[bits / 8 * x] & 0xff;
        if (hasPalette) { // of gray, too
            System.arraycopy(palette, 3 * sample, rgb, to, 3);
        } else {
            Arrays.fill(rgb, to, to + 3, (byte) sample);
        }
    }

    /** The rows as they are stored, one after the other. */
    private final class Rows {
        private final byte[] row;
        private final int pixelBytes = Math.max(1, bits / 8);

        /** Bytes that a run of literals still has for this row or the next ones. */
        private int literals;

        Rows(byte[] row) {
            this.row = row;
        }

        void next(int y) throws CodecException {
            int n = 0;
            while (n < row.length) {
                if (!runLengths) {
                    literals = row.length;
                } else if (literals == 0) {
                    need(1, y);
                    int code = in.u8();
                    int bytes = pixelBytes * ((code & 0x7f) + 1);
                    if (code >= 0x80) {
                        need(pixelBytes, y);
                        n = repeat(n, bytes, y);
                        continue;
                    }
                    need(bytes, y);
                    literals = bytes;
                }
                int copied = Math.min(literals, row.length - n);
                System.arraycopy(file, in.take(copied), row, n, copied);
                literals -= copied;
                n += copied;
            }
        }

        private int repeat(int from, int bytes, int y) throws CodecException {
            int to = from + bytes;
            if (to > row.length) {
                throw in.corrupt("expected runs of pixels that end with row " + y + ", found a longer one");
            }
            int pixel = in.take(pixelBytes);
            for (int n = from; n < to; n += pixelBytes) {
                System.arraycopy(file, pixel, row, n, pixelBytes);
            }
            return to;
        }

        private void need(int bytes, int y) throws CodecException {
            if (in.left() < bytes) {
                throw in.truncated("expected " + height + " rows of pixels, the file ends in row " + y);
            }
        }
    }
}
