package org.clipjava.image.codec.tiff;

import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.TiffDirectory;

/** YCbCr of 8 bits to RGB by the file's coefficients and its values of black and white, in libtiff's fixed point of 16 bits. */
final class YCbCr {
    private static final int VALUES = 256;
    private static final int BITS = 16;
    private static final int HALF = 1 << (BITS - 1);

    /** Beyond what a byte can become, so that sums stay small. */
    private static final float FARTHEST = 128 * 32;

    /** References lie between these, so that libtiff's are integers of 32 bits. */
    private static final float LOWEST_REFERENCE = Integer.MIN_VALUE + 128;

    private static final float HIGHEST_REFERENCE = Integer.MAX_VALUE;

    private static final float[] COEFFICIENTS = {0.299f, 0.587f, 0.114f};

    /** Of Y, Cb and Cr in turn: what stands for black, or no colour, and what for white, or the most of it. */
    private static final float[] BLACK_AND_WHITE = {0, 255, 128, 255, 128, 255};

    private final int[] lumas = new int[VALUES];
    private final int[] redOfCr = new int[VALUES];
    private final int[] greenOfCr = new int[VALUES];
    private final int[] greenOfCb = new int[VALUES];
    private final int[] blueOfCb = new int[VALUES];

    YCbCr(TiffDirectory tags) throws CodecException {
        float[] luma = numbers(tags, TiffDirectory.YCBCR_COEFFICIENTS, COEFFICIENTS);
        float[] range = numbers(tags, TiffDirectory.REFERENCE_BLACK_WHITE, BLACK_AND_WHITE);
        if (luma[1] == 0 || Float.isNaN(luma[0]) || Float.isNaN(luma[1]) || Float.isNaN(luma[2])) {
            throw TiffLayout.corrupt("expected coefficients of red, green and blue for YCbCr, green's not 0, found "
                    + luma[0] + ", " + luma[1] + ", " + luma[2]);
        }
        for (float reference : range) {
            if (!(reference > LOWEST_REFERENCE && reference < HIGHEST_REFERENCE)) { // nor is NaN
                throw TiffLayout.corrupt("expected references of black and white for YCbCr, found " + reference);
            }
        }
        float red = 2 - 2 * luma[0];
        float blue = 2 - 2 * luma[2];
        int ofCr = fixed(red);
        int ofCb = fixed(blue);
        int greenCr = -fixed(luma[0] * red / luma[1]);
        int greenCb = -fixed(luma[2] * blue / luma[1]);
        for (int i = 0; i < VALUES; i++) {
            lumas[i] = scaled(i, range[0], range[1], 255);
            int cb = scaled(i - 128, range[2] - 128, range[3] - 128, 127);
            int cr = scaled(i - 128, range[4] - 128, range[5] - 128, 127);
            redOfCr[i] = (ofCr * cr + HALF) >> BITS;
            blueOfCb[i] = (ofCb * cb + HALF) >> BITS;
            greenOfCr[i] = greenCr * cr;
            greenOfCb[i] = greenCb * cb + HALF;
        }
    }

    private static float[] numbers(TiffDirectory tags, int tag, float[] otherwise) {
        float[] found = tags.count(tag) == otherwise.length ? tags.numbers(tag) : otherwise;
        return found.length == otherwise.length ? found : otherwise;
    }

    private static int fixed(float factor) {
        return (int) (Math.clamp(factor, 0f, 2f) * (double) (1 << BITS) + 0.5);
    }

    private static int scaled(int value, float black, float white, int most) {
        float range = white - black == 0 ? 1 : white - black;
        return (int) Math.clamp((value - (int) black) * (float) most / range, -FARTHEST, FARTHEST);
    }

    /** Converts a pixel. */
    void toRgb(int luma, int cb, int cr, byte[] rgb, int at) {
        rgb[at] = clamped(lumas[luma] + redOfCr[cr]);
        rgb[at + 1] = clamped(lumas[luma] + ((greenOfCb[cb] + greenOfCr[cr]) >> BITS));
        rgb[at + 2] = clamped(lumas[luma] + blueOfCb[cb]);
    }

    private static byte clamped(int level) {
        return (byte) Math.clamp(level, 0, 255);
    }
}
