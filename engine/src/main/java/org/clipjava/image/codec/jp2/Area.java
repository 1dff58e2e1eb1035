package org.clipjava.image.codec.jp2;

/** [x0, x1) x [y0, y1), of the reference grid, a component, a resolution or a subband; may be empty. */
record Area(int x0, int y0, int x1, int y1) {
    int width() {
        return x1 - x0;
    }

    int height() {
        return y1 - y0;
    }

    boolean isEmpty() {
        return x1 <= x0 || y1 <= y0;
    }

    /** The samples of it that lie on multiples (T.800, B-12). */
    Area sampled(int dx, int dy) {
        return new Area(Math.ceilDiv(x0, dx), Math.ceilDiv(y0, dy), Math.ceilDiv(x1, dx), Math.ceilDiv(y1, dy));
    }

    /**
     * The samples of a resolution or subband (B-14, B-15).
     *
     * @param levels of the transform
     * @param across 1 for what is high-pass across, else 0
     */
    Area band(int levels, int across, int down) {
        return new Area(
                halved(x0, levels, across),
                halved(y0, levels, down),
                halved(x1, levels, across),
                halved(y1, levels, down));
    }

    private static int halved(int at, int levels, int high) {
        long offset = high == 0 ? 0 : 1L << (levels - 1);
        return (int) ((at - offset + (1L << levels) - 1) >> levels);
    }

    Area intersect(long left, long top, long right, long bottom) {
        return new Area((int) Math.max(x0, left), (int) Math.max(y0, top), (int) Math.min(x1, right), (int)
                Math.min(y1, bottom));
    }
}
