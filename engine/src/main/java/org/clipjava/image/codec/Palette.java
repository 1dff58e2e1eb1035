package org.clipjava.image.codec;

/** Colour tables of 256 x RGB. */
final class Palette {
    private Palette() {}

    /** The colours given, then the gray ramp that Pillow shows for indices beyond them. */
    static byte[] of(byte[] colors) {
        byte[] palette = new byte[3 * 256];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = i < colors.length ? colors[i] : (byte) (i / 3);
        }
        return palette;
    }
}
