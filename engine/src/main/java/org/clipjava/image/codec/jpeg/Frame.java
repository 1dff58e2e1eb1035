package org.clipjava.image.codec.jpeg;

import java.util.List;

/**
 * A frame's header.
 *
 * @param width in pixels
 * @param height in pixels
 * @param components 1, 3 or 4
 * @param mostH the largest of their horizontal sampling factors
 * @param mostV the largest of their vertical sampling factors
 */
record Frame(
        int width,
        int height,
        List<Component> components,
        int mostH,
        int mostV,
        boolean progressive,
        boolean arithmetic) {

    int mcusAcross() {
        return Math.ceilDiv(width, mostH * Blocks.SIDE);
    }

    /** Rows of MCUs. */
    int bands() {
        return Math.ceilDiv(height, mostV * Blocks.SIDE);
    }

    /** Zeros, of each component: [bands, rows of blocks in a band, {@link Component#paddedAcross}, 64]. */
    short[][] coefficients(int bands) {
        short[][] coefficients = new short[components.size()][];
        for (Component component : components) {
            coefficients[component.index] = new short[component.rowOfBlocks(bands * component.v)];
        }
        return coefficients;
    }
}
