package org.clipjava.image.codec;

/** CMYK without colour management, as Pillow converts it: out = (255 - ink) · (255 - black) / 255, rounded. */
public final class Cmyk {
    private Cmyk() {}

    /**
     * Converts four samples a pixel to three.
     *
     * @param cmyk [pixels, 4], 0 is no ink
     * @param inverted 255 is no ink instead
     * @return [pixels, 3]
     */
    public static byte[] toRgb(byte[] cmyk, boolean inverted) {
        int flip = inverted ? 0xff : 0;
        byte[] rgb = new byte[cmyk.length / 4 * 3];
        for (int i = 0; i < cmyk.length / 4; i++) {
            int light = 255 - ((cmyk[4 * i + 3] & 0xff) ^ flip);
            for (int c = 0; c < 3; c++) {
                int product = ((cmyk[4 * i + c] & 0xff) ^ flip) * light + 128;
                rgb[3 * i + c] = (byte) Math.max(light - ((product + (product >> 8)) >> 8), 0);
            }
        }
        return rgb;
    }
}
