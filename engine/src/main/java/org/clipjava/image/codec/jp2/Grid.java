package org.clipjava.image.codec.jp2;

import java.util.List;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.ImageSize;

/**
 * The reference grid (T.800, B.2 and B.3): where the picture and its tiles lie, and how components are sampled. The picture's
 * area is [x0, x1) x [y0, y1).
 *
 * @param tileWidth of all tiles but those at the edges
 */
record Grid(
        int x0,
        int y0,
        int x1,
        int y1,
        long tileX0,
        long tileY0,
        long tileWidth,
        long tileHeight,
        List<Component> components) {
    private static final int MOST_TILES = 65_535;
    private static final int MOST_COMPONENTS = 4;

    /** OpenJPEG's bound; the standard's is 38. */
    private static final int MOST_BITS = 31;

    /**
     * How a component is sampled.
     *
     * @param bits of a sample, 1 to 31
     * @param dx columns of the reference grid from one sample to the next, 1 to 255
     */
    record Component(int bits, boolean signed, int dx, int dy) {
        int least() {
            return signed ? -(1 << (bits - 1)) : 0;
        }

        int most() {
            return signed ? (1 << (bits - 1)) - 1 : (int) ((1L << bits) - 1);
        }

        /** What is added to samples after the inverse transforms. */
        int levelShift() {
            return signed ? 0 : 1 << (bits - 1);
        }
    }

    /** Reads the marker segment SIZ (A.5.1), without its length. */
    static Grid read(ByteInput in) throws CodecException {
        in.skip(2);
        long x1 = in.u32();
        long y1 = in.u32();
        long x0 = in.u32();
        long y0 = in.u32();
        long tileWidth = in.u32();
        long tileHeight = in.u32();
        long tileX0 = in.u32();
        long tileY0 = in.u32();
        int count = in.u16();
        ImageSize.check(x1 - x0, y1 - y0);
        if (x1 > Integer.MAX_VALUE || y1 > Integer.MAX_VALUE) {
            throw Damage.unsupported("expected coordinates below 2^31, found " + x1 + ", " + y1);
        }
        if (count == 0 || 3 * count != in.left()) {
            throw Damage.corrupt("SIZ: expected components in " + in.left() + " bytes, found " + count);
        }
        if (count > MOST_COMPONENTS) {
            throw Damage.unsupported("expected 1 to 4 components, found " + count);
        }
        Component[] components = new Component[count];
        for (int c = 0; c < count; c++) {
            components[c] = component(in);
        }
        Grid grid = new Grid(
                (int) x0, (int) y0, (int) x1, (int) y1, tileX0, tileY0, tileWidth, tileHeight, List.of(components));
        grid.checkTiles();
        return grid;
    }

    private static Component component(ByteInput in) throws CodecException {
        int precision = in.u8();
        int dx = in.u8();
        int dy = in.u8();
        int bits = (precision & 0x7f) + 1;
        if (dx == 0 || dy == 0) {
            throw Damage.corrupt("SIZ: expected a component sampled every 1 to 255 columns and rows, found 0");
        }
        if (bits > MOST_BITS) {
            throw Damage.unsupported("expected samples of 1 to 31 bits, found " + bits);
        }
        return new Component(bits, precision >= 0x80, dx, dy);
    }

    private void checkTiles() throws CodecException {
        boolean first = tileX0 <= x0 && tileY0 <= y0 && tileX0 + tileWidth > x0 && tileY0 + tileHeight > y0;
        if (tileWidth == 0 || tileHeight == 0 || !first) {
            throw Damage.corrupt("SIZ: expected the first tile to hold the first pixel, found " + tileWidth + "x"
                    + tileHeight + " at " + tileX0 + ", " + tileY0);
        }
        if (tilesAcross() * tilesDown() > MOST_TILES) {
            throw Damage.corrupt(
                    "SIZ: expected at most " + MOST_TILES + " tiles, found " + tilesAcross() + "x" + tilesDown());
        }
    }

    int width() {
        return x1 - x0;
    }

    int height() {
        return y1 - y0;
    }

    private long tilesAcross() {
        return Math.ceilDiv(x1 - tileX0, tileWidth);
    }

    private long tilesDown() {
        return Math.ceilDiv(y1 - tileY0, tileHeight);
    }

    int tiles() {
        return (int) (tilesAcross() * tilesDown());
    }

    /** The area of a tile within the picture. */
    Area tile(int index) {
        long left = tileX0 + index % tilesAcross() * tileWidth;
        long top = tileY0 + index / tilesAcross() * tileHeight;
        return new Area((int) Math.max(left, x0), (int) Math.max(top, y0), (int) Math.min(left + tileWidth, x1), (int)
                Math.min(top + tileHeight, y1));
    }
}
