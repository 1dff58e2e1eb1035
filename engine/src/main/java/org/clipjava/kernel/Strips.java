package org.clipjava.kernel;

/**
 * How M rows are cut into strips that tiles compute.
 *
 * @param rows M
 * @param count how many strips
 * @param tall rows of every strip's tile, those behind the last of the M included; 0 if each strip's tile has just its rows
 */
record Strips(int rows, int count, int tall) {
    /** Strips as even as can be, none taller than the tallest tile: 50 rows are 7 strips of 7 and 8. */
    static Strips even(int rows) {
        return new Strips(rows, Math.ceilDiv(rows, Tile.TALLEST), 0);
    }

    /** Strips whose tiles all have the same height; in the last, some rows are computed for nothing. */
    static Strips equal(int rows, int tall) {
        return new Strips(rows, Math.ceilDiv(rows, tall), tall);
    }

    /** The first row of a strip; of the one behind the last, M. */
    int start(int strip) {
        return tall == 0 ? (int) ((long) rows * strip / count) : Math.min(rows, strip * tall);
    }

    /** How many of the M rows lie in a strip. */
    int height(int strip) {
        return start(strip + 1) - start(strip);
    }

    /** Rows of the tile that computes a strip. */
    int tile(int strip) {
        return tall == 0 ? height(strip) : tall;
    }

    /** Rows that the tiles of some strips, one after the other, write. */
    int tiles(int fromStrip, int toStrip) {
        return tall == 0 ? start(toStrip) - start(fromStrip) : (toStrip - fromStrip) * tall;
    }
}
