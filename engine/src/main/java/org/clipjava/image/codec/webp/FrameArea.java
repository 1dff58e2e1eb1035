package org.clipjava.image.codec.webp;

/**
 * Where a frame's pixels go.
 *
 * @param pixels of the canvas, [height, width, channels]
 * @param at index of the frame's first sample
 * @param stride from a row to the next
 * @param channels 3 (red, green, blue) or 4 (and alpha)
 */
record FrameArea(byte[] pixels, int at, int stride, int channels) {
    boolean hasAlpha() {
        return channels == 4;
    }

    int row(int y) {
        return at + y * stride;
    }
}
