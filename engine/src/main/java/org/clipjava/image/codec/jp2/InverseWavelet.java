package org.clipjava.image.codec.jp2;

import java.util.List;

/**
 * The inverse wavelet transform of a tile's component (T.800, Annex F), in place: level by level, rows before columns, eight of them at
 * once, so that the processor's vectors are full.
 */
abstract class InverseWavelet {
    static final int LANES = 8;

    private final List<Resolution> resolutions;
    private final int stride;

    InverseWavelet(TileComponent component) {
        resolutions = component.resolutions();
        stride = component.area().width();
    }

    /** Makes samples of coefficients. */
    final void invert() {
        Area low = resolutions.getFirst().area();
        for (Resolution resolution : resolutions.subList(1, resolutions.size())) {
            Area area = resolution.area();
            if (!area.isEmpty()) {
                lines(area.height(), stride, area.width(), 1, low.width(), area.x0() & 1);
                lines(area.width(), 1, area.height(), stride, low.height(), area.y0() & 1);
            }
            low = area;
        }
    }

    /**
     * Transforms lines.
     *
     * @param lines how many
     * @param lineStep from one to the next
     * @param length of each
     * @param step from a sample of it to the next
     * @param low samples that are low-pass, which come first
     * @param parity 0 if the first sample is a low-pass one
     */
    private void lines(int lines, int lineStep, int length, int step, int low, int parity) {
        for (int line = 0; line < lines; line += LANES) {
            int lanes = Math.min(LANES, lines - line);
            for (int i = 0; i < length; i++) {
                int place = 2 * i + parity;
                int at = i < low ? place : 2 * (i - low) + 1 - parity;
                load(line * lineStep + i * step, lineStep, at * LANES, lanes);
            }
            lift(length, parity);
            for (int i = 0; i < length; i++) {
                store(line * lineStep + i * step, lineStep, i * LANES, lanes);
            }
        }
    }

    /** Copies a coefficient of each line to the lines' buffer. */
    abstract void load(int from, int lineStep, int to, int lanes);

    /** Lifts the lines in the buffer, each sample between its neighbours, [length, LANES]. */
    abstract void lift(int length, int parity);

    abstract void store(int to, int lineStep, int from, int lanes);

    /** The neighbour before a sample; at the edge the one behind it, which is its mirror. */
    static int before(int i) {
        return (i == 0 ? 1 : i - 1) * LANES;
    }

    static int behind(int i, int length) {
        return (i == length - 1 ? length - 2 : i + 1) * LANES;
    }
}
