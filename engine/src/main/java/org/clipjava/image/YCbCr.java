package org.clipjava.image;

/** JPEG's colours to RGB, in libjpeg's fixed point of 16 bits. */
final class YCbCr {
    private static final int HALF = 1 << 15;
    private static final int RED_OF_CR = 91881; // 1.40200
    private static final int GREEN_OF_CR = -46802; // 0.71414
    private static final int GREEN_OF_CB = -22554; // 0.34414
    private static final int BLUE_OF_CB = 116130; // 1.77200

    private YCbCr() {}

    /**
     * Converts planes of {@link Resampler#BAND} samples in place: [3, BAND], 0 to 255. Arithmetic where libjpeg has tables of
     * the same, and a constant length: this is vectorised then.
     */
    static void toRgb(int[] planes) {
        for (int i = 0; i < Resampler.BAND; i++) {
            int luma = planes[i];
            int cb = planes[i + Resampler.BAND] - 128;
            int cr = planes[i + 2 * Resampler.BAND] - 128;
            planes[i] = clamp(luma + ((RED_OF_CR * cr + HALF) >> 16));
            planes[i + Resampler.BAND] = clamp(luma + ((GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF) >> 16));
            planes[i + 2 * Resampler.BAND] = clamp(luma + ((BLUE_OF_CB * cb + HALF) >> 16));
        }
    }

    private static int clamp(int level) {
        return Math.max(0, Math.min(level, 255));
    }
}
