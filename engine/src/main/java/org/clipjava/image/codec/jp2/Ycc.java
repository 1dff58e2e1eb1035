package org.clipjava.image.codec.jp2;

/** YCbCr as Pillow converts it, by tables of 6 bits behind the point. */
final class Ycc {
    private static final int BITS = 6;
    private static final int[] RED_OF_CR = table(1.402);
    private static final int[] GREEN_OF_CB = table(-0.34414);
    private static final int[] GREEN_OF_CR = table(-0.71414);
    private static final int[] BLUE_OF_CB = table(1.772);

    private Ycc() {}

    /** Towards zero after a half was added, as the tables were made. */
    private static int[] table(double factor) {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = (int) (factor * (1 << BITS) * (i - 128) + 0.5);
        }
        return table;
    }

    /** Converts pixels in place, from {@code at} on. */
    static void toRgb(byte[] pixels, int at, int count) {
        for (int i = at; i < at + 3 * count; i += 3) {
            int y = pixels[i] & 0xff;
            int cb = pixels[i + 1] & 0xff;
            int cr = pixels[i + 2] & 0xff;
            pixels[i] = (byte) Math.clamp(y + (RED_OF_CR[cr] >> BITS), 0, 255);
            pixels[i + 1] = (byte) Math.clamp(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> BITS), 0, 255);
            pixels[i + 2] = (byte) Math.clamp(y + (BLUE_OF_CB[cb] >> BITS), 0, 255);
        }
    }
}
