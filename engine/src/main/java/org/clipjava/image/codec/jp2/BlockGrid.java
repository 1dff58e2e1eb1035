package org.clipjava.image.codec.jp2;

/**
 * How a part of a subband is divided into code-blocks (T.800, B.7).
 *
 * @param area of the subband
 * @param widthExponent of a code-block's size, log 2
 */
record BlockGrid(Area area, int widthExponent, int heightExponent) {
    int across() {
        return area.isEmpty() ? 0 : ((area.x1() - 1) >> widthExponent) - (area.x0() >> widthExponent) + 1;
    }

    int down() {
        return area.isEmpty() ? 0 : ((area.y1() - 1) >> heightExponent) - (area.y0() >> heightExponent) + 1;
    }

    long count() {
        return (long) across() * down();
    }

    Area block(int number) {
        long left = (long) ((area.x0() >> widthExponent) + number % across()) << widthExponent;
        long top = (long) ((area.y0() >> heightExponent) + number / across()) << heightExponent;
        return area.intersect(left, top, left + (1L << widthExponent), top + (1L << heightExponent));
    }
}
