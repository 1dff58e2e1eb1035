package org.clipjava.image.codec;

import java.util.Arrays;

/** Colour tables of 256 x RGB. */
final class Palette {
    private Palette() {}

    /** The colours given, then black, which Pillow 12 shows for indices beyond them. */
    static byte[] of(byte[] colors) {
        return Arrays.copyOf(colors, 3 * 256);
    }

    /** Each index as its own gray. */
    static byte[] gray() {
        byte[] palette = new byte[3 * 256];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) (i / 3);
        }
        return palette;
    }
}
