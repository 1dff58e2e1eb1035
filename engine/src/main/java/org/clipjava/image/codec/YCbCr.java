package org.clipjava.image.codec;

/** JPEG's colours to RGB, in libjpeg's fixed point of 16 bits. */
public final class YCbCr {
    /** Pixels that are converted together. As integers six cache lines a plane: a power of two would alias. */
    public static final int BAND = 96;

    private static final int HALF = 1 << 15;
    private static final int RED_OF_CR = 91881; // 1.40200
    private static final int GREEN_OF_CR = -46802; // 0.71414
    private static final int GREEN_OF_CB = -22554; // 0.34414
    private static final int BLUE_OF_CB = 116130; // 1.77200

    private YCbCr() {}

    /**
     * Converts planes of {@link #BAND} samples in place: [3, BAND], 0 to 255. Arithmetic where libjpeg has tables of
     * the same, and a constant length: this is vectorised then.
     */
    public static void toRgb(int[] planes) {
        for (int i = 0; i < BAND; i++) {
            int luma = planes[i];
            int cb = planes[i + BAND] - 128;
            int cr = planes[i + 2 * BAND] - 128;
            planes[i] = clamp(luma + ((RED_OF_CR * cr + HALF) >> 16));
            planes[i + BAND] = clamp(luma + ((GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF) >> 16));
            planes[i + 2 * BAND] = clamp(luma + ((BLUE_OF_CB * cb + HALF) >> 16));
        }
    }

    /** Converts the first three of every {@code step} bytes in place. */
    public static void toRgb(byte[] samples, int step) {
        int[] planes = new int[3 * BAND];
        for (int from = 0; from < samples.length; from += step * BAND) {
            int n = Math.min(BAND, (samples.length - from) / step);
            for (int i = 0, at = from; i < n; i++, at += step) {
                planes[i] = samples[at] & 0xff;
                planes[i + BAND] = samples[at + 1] & 0xff;
                planes[i + 2 * BAND] = samples[at + 2] & 0xff;
            }
            toRgb(planes);
            for (int i = 0, at = from; i < n; i++, at += step) {
                samples[at] = (byte) planes[i];
                samples[at + 1] = (byte) planes[i + BAND];
                samples[at + 2] = (byte) planes[i + 2 * BAND];
            }
        }
    }

    private static int clamp(int level) {
        return Math.max(0, Math.min(level, 255));
    }
}
