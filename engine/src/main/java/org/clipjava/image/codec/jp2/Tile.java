package org.clipjava.image.codec.jp2;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.clipjava.image.codec.CodecException;

/** A tile, as its tile-parts tell it (T.800, A.4). */
final class Tile {
    private final int index;
    private CodingStyle style;
    private boolean ownStyle;
    private final List<ByteInput> data = new ArrayList<>();
    private final ByteArrayOutputStream packedOfMain = new ByteArrayOutputStream();
    private final Map<Integer, ByteInput> packed = new TreeMap<>();
    private int parts;
    private int partsInAll;

    /** @param style of all tiles */
    Tile(int index, CodingStyle style) {
        this.index = index;
        this.style = style;
    }

    int index() {
        return index;
    }

    CodingStyle style() {
        return style;
    }

    /** Reads a marker segment that tells its style, which was that of all tiles before; returns false if it tells none. */
    boolean readStyle(int marker, ByteInput segment) throws CodecException {
        if (!ownStyle && CodingStyle.tells(marker)) {
            style = new CodingStyle(style);
            ownStyle = true;
        }
        return ownStyle && style.read(marker, segment);
    }

    /**
     * Takes note of a tile-part.
     *
     * @param part its number, which has to be the next one
     * @param inAll how many the tile has; 0 if that is not said
     */
    void beginPart(int part, int inAll) throws CodecException {
        if (part != parts) {
            throw Damage.corrupt("tile " + index + ": expected tile-part " + parts + ", found " + part);
        }
        // Some encoders say one too few, which OpenJPEG forgives.
        int known = Math.max(partsInAll, inAll);
        int most = known > 1 ? known + 1 : known;
        if (known > 0 && part >= most) {
            throw Damage.corrupt("tile " + index + ": expected " + known + " tile-parts, found more");
        }
        parts++;
        partsInAll = known;
    }

    /** Whether it is known that no further tile-part comes. */
    boolean isComplete() {
        return partsInAll > 0 && parts >= partsInAll;
    }

    /** Whether it has one tile-part, and may have more. */
    boolean isOpen() {
        return partsInAll == 0 && parts == 1;
    }

    void addData(ByteInput part) {
        if (part.left() > 0) {
            data.add(part);
        }
    }

    boolean hasData() {
        return !data.isEmpty();
    }

    void addPackedOfMain(byte[] headers) {
        packedOfMain.writeBytes(headers);
    }

    void addPacked(ByteInput segment) throws CodecException {
        MainHeader.addPacked(packed, segment, Markers.PPT);
    }

    /** The packets of all tile-parts. */
    ByteInput packets() {
        if (data.size() == 1) {
            ByteInput only = data.getFirst();
            return new ByteInput(only.bytes(), only.at(), only.end());
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteInput part : data) {
            all.write(part.bytes(), part.at(), part.left());
        }
        return new ByteInput(all.toByteArray(), 0, all.size());
    }

    /** The packets' headers, where they are not in the packets. */
    Optional<ByteInput> packedHeaders(boolean ofMain) {
        if (!ofMain && packed.isEmpty()) {
            return Optional.empty();
        }
        byte[] headers = ofMain ? packedOfMain.toByteArray() : MainHeader.joined(packed);
        return Optional.of(new ByteInput(headers, 0, headers.length));
    }
}
