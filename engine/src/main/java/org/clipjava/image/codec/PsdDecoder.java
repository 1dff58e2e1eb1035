package org.clipjava.image.codec;

import java.util.Arrays;

/**
 * The merged picture of a Photoshop document of 8 bits a sample, or of bitmaps, as Pillow shows it: plain or as PackBits. A file that was saved without compatibility holds a blank one.
 */
final class PsdDecoder {
    private static final int BITMAP = 0;
    private static final int INDEXED = 2;
    private static final int RGB = 3;
    private static final int CMYK = 4;
    private static final int LAB = 9;

    private static final int PALETTE_BYTES = 768;

    /** Bytes that a byte of PackBits stands for at most. */
    private static final long MOST_OF_PACKBITS = 64;

    private final byte[] file;
    private final Background background;
    private final FileCursor in;
    private int mode;

    /** Samples of a pixel, and those with alpha. */
    private int colors;

    private int channels;
    private int width;
    private int height;
    private boolean bitmap;
    private byte[] palette = Palette.of(new byte[0]);

    private PsdDecoder(byte[] file, Background background) {
        this.file = file;
        this.background = background;
        in = new FileCursor(file, "Photoshop document");
    }

    /** Decodes a file that starts with a Photoshop document's signature. */
    static PixelRows decode(byte[] file, Background background) throws CodecException {
        PsdDecoder decoder = new PsdDecoder(file, background);
        decoder.readHeader();
        decoder.readColors();
        decoder.skipResources();
        decoder.skipLayers();
        return decoder.readPixels();
    }

    private void readHeader() throws CodecException {
        in.skip(4);
        int version = in.u16be();
        in.skip(6);
        int there = in.u16be();
        long h = in.u32be();
        long w = in.u32be();
        int bits = in.u16be();
        mode = in.u16be();
        if (version != 1) {
            throw unsupported("expected version 1, found " + version);
        }
        boolean known =
                mode == BITMAP ? (bits == 1 || bits == 8) : bits == 8 && (mode <= CMYK || (mode >= 7 && mode <= LAB));
        if (!known) {
            throw unsupported("expected gray, RGB, CMYK, CIE L*a*b* or a palette of 8 bits, found mode " + mode + " of "
                    + bits + " bits");
        }
        colors = mode == RGB || mode == LAB ? 3 : mode == CMYK ? 4 : 1;
        channels = colors;
        if (there < channels) {
            throw in.corrupt("expected " + channels + " channels, found " + there);
        }
        if (mode == RGB && there == 4) {
            channels = 4; // alpha
        }
        ImageSize.check(w, h);
        width = (int) w;
        height = (int) h;
        bitmap = bits == 1;
    }

    private CodecException unsupported(String what) {
        return new CodecException("Photoshop document: " + what + "; export it as PNG");
    }

    private void readColors() throws CodecException {
        long size = in.u32be();
        int from = in.take(size);
        if (mode == INDEXED && size == PALETTE_BYTES) {
            byte[] colors = new byte[PALETTE_BYTES];
            for (int i = 0; i < colors.length; i++) {
                colors[i] = file[from + i % 3 * 256 + i / 3];
            }
            palette = colors;
        }
    }

    private void skipResources() throws CodecException {
        long size = in.u32be();
        long end = in.at() + size;
        while (in.at() < end) {
            in.skip(6);
            int name = in.u8();
            in.skip(name + (name + 1) % 2);
            long bytes = in.u32be();
            in.skip(bytes);
            in.skip(Math.min(bytes % 2, in.left()));
        }
    }

    private void skipLayers() throws CodecException {
        long size = in.u32be();
        in.seek(in.at() + size);
    }

    private PixelRows readPixels() throws CodecException {
        int compression = in.u16be();
        int rowBytes = bitmap ? Math.ceilDiv(width, 8) : width;
        long planeBytes = (long) rowBytes * height;
        if (compression > 1) {
            throw unsupported("expected pixels that are plain or PackBits, found compression " + compression);
        }
        long[] starts = new long[channels];
        if (compression == 0) {
            in.needForPixels(planeBytes * channels, width, height);
            for (int c = 0; c < channels; c++) {
                starts[c] = in.at() + c * planeBytes;
            }
        } else {
            int counts = in.take(2L * channels * height);
            long start = in.at();
            for (int row = 0; row < channels * height; row++) {
                if (row % height == 0) {
                    starts[row / height] = start;
                }
                start += (file[counts + 2 * row] & 0xff) << 8 | (file[counts + 2 * row + 1] & 0xff);
            }
            in.needForPixels(Math.ceilDiv(planeBytes, MOST_OF_PACKBITS), width, height);
        }
        return new PixelRows(width, height, rgb(starts, compression, rowBytes));
    }

    private byte[] rgb(long[] starts, int compression, int rowBytes) throws CodecException {
        byte[] samples = new byte[colors * width * height];
        byte[] row = new byte[rowBytes];
        for (int c = 0; c < channels; c++) {
            long at = starts[c];
            for (int y = 0; y < height; y++) {
                if (compression == 0) {
                    System.arraycopy(file, (int) at, row, 0, rowBytes);
                    at += rowBytes;
                } else {
                    at = unpackRow(at, row, y);
                }
                for (int x = 0; x < width && c < colors; x++) {
                    byte sample = bitmap ? (byte) -(row[x >> 3] >> (7 - (x & 7)) & 1) : row[x];
                    samples[colors * (y * width + x) + c] = sample;
                }
                for (int x = 0; x < width && mode == RGB && c == 3; x++) {
                    background.blend(samples, 3 * (y * width + x), row[x] & 0xff);
                }
            }
        }
        if (mode == LAB) {
            CieLab.toRgb(samples, false);
        }
        if (colors == 3) {
            return samples;
        }
        if (colors == 4) {
            return Cmyk.toRgb(samples, true);
        }
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < samples.length; i++) {
            if (mode == INDEXED) {
                System.arraycopy(palette, 3 * (samples[i] & 0xff), rgb, 3 * i, 3);
            } else {
                Arrays.fill(rgb, 3 * i, 3 * i + 3, samples[i]);
            }
        }
        return rgb;
    }

    /** Fills a row from a place in the file and returns where the next one begins; what is too much for a row is dropped. */
    private long unpackRow(long from, byte[] row, int y) throws CodecException {
        int n = 0;
        long at = from;
        while (n < row.length) {
            if (at >= file.length) {
                throw endsInRow(y);
            }
            int code = file[(int) at++];
            if (code == -128) {
                continue;
            }
            int bytes = code < 0 ? 1 : code + 1;
            if (at + bytes > file.length) {
                throw endsInRow(y);
            }
            int end = Math.min(row.length, n + (code < 0 ? 1 - code : bytes));
            if (code < 0) {
                Arrays.fill(row, n, end, file[(int) at]);
            } else {
                System.arraycopy(file, (int) at, row, n, end - n);
            }
            n = end;
            at += bytes;
        }
        return at;
    }

    private CodecException endsInRow(int y) {
        return in.truncated("expected " + height + " rows of pixels, the file ends in row " + y);
    }
}
