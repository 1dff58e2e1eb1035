package org.clipjava.image.codec.jpeg;

/**
 * What a picture needs of a component.
 *
 * @param side samples that the side of a block becomes: 8, 4, 2 or 1
 * @param width in samples
 * @param height in samples
 */
record PlaneSize(int side, int width, int height) {
    /**
     * Of a component with fewer samples a block is reduced less, which saves interpolating them: as far as libjpeg does that, by
     * powers of two that suit both directions.
     */
    static PlaneSize of(Component component, Frame frame, Reduction reduction) {
        int side = reduction.side();
        int across = frame.mostH() * reduction.side();
        int down = frame.mostV() * reduction.side();
        while (side < Blocks.SIDE && across % (component.h * side * 2) == 0 && down % (component.v * side * 2) == 0) {
            side *= 2;
        }
        return new PlaneSize(
                side,
                Math.ceilDiv(frame.width() * component.h * side, frame.mostH() * Blocks.SIDE),
                Math.ceilDiv(frame.height() * component.v * side, frame.mostV() * Blocks.SIDE));
    }
}
