package org.clipjava.image.codec.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A row of components to a row of RGB: YCbCr in libjpeg's fixed point of 16 bits; CMYK as Pillow converts it, taken for
 * inverted, as Adobe writes it and Pillow assumes it.
 */
final class ColorConverter {
    private static final int HALF = 1 << 15;
    private static final int RED_OF_CR = 91881; // 1.40200
    private static final int GREEN_OF_CR = -46802; // 0.71414
    private static final int GREEN_OF_CB = -22554; // 0.34414
    private static final int BLUE_OF_CB = 116130; // 1.77200

    private static final VarHandle TWO_BYTES =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Behind the last pixel that is converted a byte is written. */
    static final int ROOM = 1;

    private final JpegColors colors;
    private final int width;

    /** Of each component. */
    private final int[][] even;

    private final int[][] odd;

    /** The even sample in the lowest byte, the odd one above. */
    private final int[] both;

    /** Red, green and blue of a pixel, from the lowest byte up. */
    private final int[] evenPixels;

    private final int[] oddPixels;

    ColorConverter(JpegColors colors, int width) {
        this.colors = colors;
        this.width = width;
        int pairs = (width + 1) / 2;
        this.even = new int[3][pairs];
        this.odd = new int[3][pairs];
        this.both = new int[pairs];
        this.evenPixels = new int[pairs];
        this.oddPixels = new int[pairs];
    }

    /** Converts the rows that {@code planes} have prepared; {@code rgb} has room for {@link #ROOM} bytes more. */
    void convert(SampleBands.Plane[] planes, byte[] rgb, int to) {
        switch (colors) {
            case GRAY -> gray(planes[0], rgb, to);
            case RGB -> interleave(planes, rgb, to);
            case YCBCR -> yCbCr(planes, rgb, to);
            case CMYK -> {
                interleave(planes, rgb, to);
                addBlack(planes[3], rgb, to);
            }
            case YCCK -> {
                // What libjpeg calls CMYK here is the complement of the RGB it computes.
                yCbCr(planes, rgb, to);
                for (int i = to; i < to + 3 * width; i++) {
                    rgb[i] = (byte) ~rgb[i];
                }
                addBlack(planes[3], rgb, to);
            }
        }
    }

    private void gray(SampleBands.Plane plane, byte[] rgb, int to) {
        byte[] row = plane.rowArray();
        int at = plane.rowOffset();
        for (int x = 0; x < width; x++) {
            byte level = row[at + x];
            rgb[to + 3 * x] = level;
            rgb[to + 3 * x + 1] = level;
            rgb[to + 3 * x + 2] = level;
        }
    }

    private void interleave(SampleBands.Plane[] planes, byte[] rgb, int to) {
        for (int c = 0; c < 3; c++) {
            byte[] row = planes[c].rowArray();
            int at = planes[c].rowOffset();
            for (int x = 0; x < width; x++) {
                rgb[to + 3 * x + c] = row[at + x];
            }
        }
    }

    /** Even and odd pixels apart, as chroma of half the width lies, and as two samples are read faster than one and one. */
    private void yCbCr(SampleBands.Plane[] planes, byte[] rgb, int to) {
        boolean pairwise = planes[0].isWhole() && planes[1].isPairwise() && planes[2].isPairwise();
        for (int c = 0; c < (pairwise ? 1 : 3); c++) {
            split(planes[c].rowArray(), planes[c].rowOffset(), even[c], odd[c]);
        }
        int[] evenBlues = pairwise ? planes[1].left() : even[1];
        int[] evenReds = pairwise ? planes[2].left() : even[2];
        int[] oddBlues = pairwise ? planes[1].right() : odd[1];
        int[] oddReds = pairwise ? planes[2].right() : odd[2];
        toPixels(even[0], evenBlues, evenReds, evenPixels, (width + 1) / 2);
        toPixels(odd[0], oddBlues, oddReds, oddPixels, width / 2);
        int pairs = width / 2;
        for (int x = 0; x < pairs; x++) {
            FOUR_BYTES.set(rgb, to + 6 * x, evenPixels[x]); // the next pixel writes over the fourth
            FOUR_BYTES.set(rgb, to + 6 * x + 3, oddPixels[x]);
        }
        if (width > 2 * pairs) {
            FOUR_BYTES.set(rgb, to + 6 * pairs, evenPixels[pairs]);
        }
    }

    /** A row's samples. Loops of ints alone, and of equal indices, are vectorised, so only the first one is not. */
    private void split(byte[] row, int at, int[] evenSamples, int[] oddSamples) {
        int pairs = width / 2;
        for (int x = 0; x < pairs; x++) {
            both[x] = (short) TWO_BYTES.get(row, at + 2 * x);
        }
        for (int x = 0; x < pairs; x++) {
            evenSamples[x] = both[x] & 0xff;
        }
        for (int x = 0; x < pairs; x++) {
            oddSamples[x] = both[x] >> 8 & 0xff;
        }
        if (width > 2 * pairs) {
            evenSamples[pairs] = row[at + width - 1] & 0xff;
        }
    }

    /** Bytes alone become ints here, and ints alone are calculated with below: loops of both are not vectorised. */
    static void widen(byte[] row, int at, int[] wide, int count) {
        for (int x = 0; x < count; x++) {
            wide[x] = row[at + x] & 0xff;
        }
    }

    /**
     * Arithmetic where libjpeg has tables of the same. A loop for each channel: all three in one are not vectorised, and take four
     * times as long.
     */
    static void toPixels(int[] lumas, int[] blues, int[] reds, int[] pixels, int count) {
        for (int x = 0; x < count; x++) {
            int cr = reds[x] - 128;
            pixels[x] = clamp(lumas[x] + ((RED_OF_CR * cr + HALF) >> 16));
        }
        for (int x = 0; x < count; x++) {
            int cb = blues[x] - 128;
            int cr = reds[x] - 128;
            pixels[x] |= clamp(lumas[x] + ((GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF) >> 16)) << 8;
        }
        for (int x = 0; x < count; x++) {
            int cb = blues[x] - 128;
            pixels[x] |= clamp(lumas[x] + ((BLUE_OF_CB * cb + HALF) >> 16)) << 16;
        }
    }

    /** Inverted inks in {@code rgb} become light: (255 - ink) * (255 - black) / 255, rounded. */
    private void addBlack(SampleBands.Plane black, byte[] rgb, int to) {
        byte[] row = black.rowArray();
        int at = black.rowOffset();
        for (int x = 0; x < width; x++) {
            int light = row[at + x] & 0xff;
            for (int c = 0; c < 3; c++) {
                int place = to + 3 * x + c;
                int product = (~rgb[place] & 0xff) * light + 128;
                rgb[place] = (byte) Math.max(light - ((product + (product >> 8)) >> 8), 0);
            }
        }
    }

    private static int clamp(int level) {
        return Math.max(0, Math.min(level, 255));
    }
}
