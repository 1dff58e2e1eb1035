package org.clipjava.image.codec.jp2;

import java.util.Collection;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.HeapRoom;
import org.clipjava.image.codec.PixelRows;

/** A whole file, tile by tile. Tiles that it does not have are black. */
final class Jp2Decoder {
    private Jp2Decoder() {}

    /** Decodes a file that begins with a codestream's marker or JP2's signature. */
    static PixelRows decode(byte[] file, Background background) throws CodecException {
        Jp2Boxes boxes = Jp2Boxes.read(file);
        boolean bare = boxes.size().isEmpty();
        ByteInput in = new ByteInput(file, boxes.codestream(), file.length);
        MainHeader header = MainHeader.read(in);
        Grid grid = header.grid();
        checkSize(boxes, grid);
        Channels channels = Channels.of(boxes, grid, bare, background);
        Collection<Tile> tiles = TileParts.read(in, header);
        if (!bare) {
            Jp2Boxes.checkRest(in);
        }
        long bytes = 3L * grid.width() * grid.height();
        HeapRoom.check(bytes, "decode " + grid.width() + "x" + grid.height() + " pixels");
        TileDecoder decoder = new TileDecoder(header, file);
        byte[] rgb = new byte[0];
        for (Tile tile : tiles) {
            if (tile.hasData()) {
                TileRows rows = decoder.decode(tile);
                rgb = rgb.length == 0 ? new byte[(int) bytes] : rgb; // not before a tile was found to be one
                write(rows, channels, grid, rgb);
            }
        }
        if (rgb.length == 0) {
            throw Damage.truncated("expected packets of a tile, found none");
        }
        return new PixelRows(grid.width(), grid.height(), rgb);
    }

    private static void checkSize(Jp2Boxes boxes, Grid grid) throws CodecException {
        if (boxes.size().isPresent()) {
            Jp2Boxes.Size said = boxes.size().get();
            if (said.width() != grid.width() || said.height() != grid.height()) {
                throw Damage.corrupt("expected " + said.width() + "x" + said.height()
                        + " pixels in the codestream, found " + grid.width() + "x" + grid.height());
            }
        }
    }

    private static void write(TileRows rows, Channels channels, Grid grid, byte[] rgb) {
        Area area = rows.tileArea();
        for (int y = 0; y < area.height(); y++) {
            int at = (area.y0() - grid.y0() + y) * grid.width() + area.x0() - grid.x0();
            channels.write(rows, y, rgb, 3 * at);
        }
    }
}
