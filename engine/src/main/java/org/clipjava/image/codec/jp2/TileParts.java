package org.clipjava.image.codec.jp2;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.clipjava.image.codec.CodecException;

/** Finds the tile-parts of a codestream (T.800, A.4), up to its end. */
final class TileParts {
    private static final int SOT_BYTES = 12;
    private static final int LEAST_BYTES = 14;

    private final ByteInput in;
    private final MainHeader header;
    private final Map<Integer, Tile> tiles = new TreeMap<>();
    private int count;

    private TileParts(ByteInput in, MainHeader header) {
        this.in = in;
        this.header = header;
    }

    /**
     * Reads all of them.
     *
     * @param in behind the marker of the first; afterwards behind the marker of the end
     * @return the tiles that have any, by their number
     */
    static Collection<Tile> read(ByteInput in, MainHeader header) throws CodecException {
        TileParts parts = new TileParts(in, header);
        boolean more = true;
        while (more) {
            more = parts.hasNext(parts.readPart());
        }
        for (Tile tile : parts.tiles.values()) {
            if (tile.isComplete() && !tile.hasData()) {
                throw Damage.corrupt("tile " + tile.index() + ": expected packets, found none");
            }
            tile.style(in.bytes());
        }
        return parts.tiles.values();
    }

    private Tile readPart() throws CodecException {
        ByteInput sot = MainHeader.segment(in);
        if (sot.left() != 8) {
            throw Damage.corrupt("SOT: expected 8 bytes, found " + sot.left());
        }
        int index = sot.u16();
        long length = sot.u32();
        int part = sot.u8();
        int inAll = sot.u8();
        if (index >= header.grid().tiles()) {
            throw Damage.corrupt("SOT: expected one of " + header.grid().tiles() + " tiles, found " + index);
        }
        if (length != 0 && length < LEAST_BYTES && length != SOT_BYTES) {
            throw Damage.corrupt("SOT: expected a tile-part of " + LEAST_BYTES + " bytes at least, found " + length);
        }
        Tile tile = tiles.computeIfAbsent(index, i -> new Tile(i, header.style()));
        tile.beginPart(part, inAll);
        if (count < header.packedHeaders().size()) {
            tile.addPackedOfMain(header.packedHeaders().get(count));
        }
        count++;
        long left = readHeader(tile, Math.max(0, length - SOT_BYTES));
        if (length == 0) {
            left = in.left() - 2L;
        } else if (left >= 2) {
            left -= 2;
        }
        if (left < 0 || left > in.left()) {
            throw Damage.truncated(
                    "expected a tile-part of " + left + " more bytes at byte " + in.at() + ", found " + in.left());
        }
        tile.addData(in.take(left));
        return tile;
    }

    /** Reads the marker segments of a tile-part's header, and returns how much is left of its bytes. */
    private long readHeader(Tile tile, long length) throws CodecException {
        long left = length;
        for (int marker = in.u16(); marker != Markers.SOD; marker = in.u16()) {
            ByteInput segment = MainHeader.segment(in);
            int bytes = segment.left() + 4;
            if (left > 0 && left < bytes) {
                throw Damage.corrupt("tile " + tile.index() + ": expected a header that ends within its tile-part");
            }
            left = Math.max(0, left - bytes);
            readSegment(tile, marker, segment);
        }
        return left;
    }

    private void readSegment(Tile tile, int marker, ByteInput segment) throws CodecException {
        if (CodingStyle.tells(marker)) {
            tile.addStyle(marker, segment);
            return;
        }
        switch (marker) {
            case Markers.COM -> {
                // It says nothing that is needed.
            }
            case Markers.PLT -> checkLengths(segment);
            case Markers.PPT -> {
                if (header.hasPackedHeaders()) {
                    throw Damage.corrupt("expected packed headers in PPM or PPT, found both");
                }
                tile.addPacked(segment);
            }
            case Markers.MCT, Markers.MCC, Markers.MCO -> throw MainHeader.transformOfPart2();
            default ->
                throw Damage.corrupt(
                        "found the marker " + Markers.name(marker) + " in the header of tile " + tile.index());
        }
    }

    /** Lengths of packets, in 7 bits of each byte, are not needed; but the last one has to end. */
    private static void checkLengths(ByteInput lengths) throws CodecException {
        int length = 0;
        lengths.skip(1);
        while (lengths.left() > 0) {
            int next = lengths.u8();
            length = next < 0x80 ? 0 : (length | (next & 0x7f)) << 7;
        }
        if (length != 0) {
            throw Damage.corrupt("PLT: expected whole lengths, found one that goes on behind the end");
        }
    }

    private boolean hasNext(Tile last) throws CodecException {
        // Some encoders write no end where they do not say how many tile-parts there are; OpenJPEG forgives that.
        boolean lastOfAll = last.index() + 1 == header.grid().tiles() && !last.isComplete();
        if (in.left() < 2 && lastOfAll && tiles.values().stream().anyMatch(Tile::isOpen)) {
            return false;
        }
        int marker = in.u16();
        if (marker != Markers.SOT && marker != Markers.EOC) {
            throw Damage.corrupt("expected a tile-part or the end of the codestream at byte " + (in.at() - 2)
                    + ", found " + Markers.name(marker));
        }
        return marker == Markers.SOT;
    }
}
