package org.clipjava.image.codec;

import java.util.OptionalInt;

/**
 * What is seen through transparent pixels: a colour, or nothing; then alpha is dropped, as by Pillow's {@code convert("RGB")}.
 *
 * @param color 0xRRGGBB
 */
public record Background(OptionalInt color) {
    /** Alpha is dropped. */
    public static final Background NONE = new Background(OptionalInt.empty());

    /**
     * A colour.
     *
     * @param color 0xRRGGBB
     */
    public static Background of(int color) {
        return new Background(OptionalInt.of(color));
    }

    /** A text that is another for another colour; empty if alpha is dropped. */
    public String identity() {
        return color.isPresent() ? "background #%06x ".formatted(color.getAsInt()) : "";
    }

    /** Whether alpha matters. */
    public boolean shows() {
        return color.isPresent();
    }

    /**
     * Blends a pixel with the colour, rounded as Pillow's {@code alpha_composite} does it; changes nothing where alpha is dropped.
     *
     * @param rgb three samples from {@code at} on
     * @param alpha 0 to 255, opaque
     */
    public void blend(byte[] rgb, int at, int alpha) {
        if (alpha == 255 || color.isEmpty()) {
            return;
        }
        int behind = color.getAsInt();
        for (int c = 0; c < 3; c++) {
            int sum = (rgb[at + c] & 0xff) * alpha + (behind >> (16 - 8 * c) & 0xff) * (255 - alpha) + 128;
            rgb[at + c] = (byte) (((sum >> 1) + (sum << 7)) >> 15);
        }
    }
}
