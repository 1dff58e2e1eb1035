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
    private final CodingStyle ofAll;

    /** The marker segments that tell otherwise; a style of each tile would take more than the file. */
    private List<Segment> ofThis = List.of();

    private List<ByteInput> data = List.of();
    private List<byte[]> packedOfMain = List.of();
    private Map<Integer, ByteInput> packed = Map.of();
    private int parts;
    private int partsInAll;

    private record Segment(int marker, int from, int to) {}

    /** @param ofAll the style of all tiles */
    Tile(int index, CodingStyle ofAll) {
        this.index = index;
        this.ofAll = ofAll;
    }

    int index() {
        return index;
    }

    /**
     * How it is coded, made anew by each call.
     *
     * @param file that it is in
     */
    CodingStyle style(byte[] file) throws CodecException {
        if (ofThis.isEmpty()) {
            return ofAll;
        }
        CodingStyle style = new CodingStyle(ofAll);
        for (Segment segment : ofThis) {
            style.read(segment.marker, new ByteInput(file, segment.from, segment.to));
        }
        return style;
    }

    /** Keeps a marker segment that tells its style, for later. */
    void addStyle(int marker, ByteInput segment) {
        ofThis = ofThis.isEmpty() ? new ArrayList<>(1) : ofThis;
        ofThis.add(new Segment(marker, segment.at(), segment.end()));
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
        if ((known > 0 && part >= most) || (inAll > 0 && part > inAll)) {
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
            data = data.isEmpty() ? new ArrayList<>(1) : data;
            data.add(part);
        }
    }

    boolean hasData() {
        return !data.isEmpty();
    }

    void addPackedOfMain(byte[] headers) {
        packedOfMain = packedOfMain.isEmpty() ? new ArrayList<>(1) : packedOfMain;
        packedOfMain.add(headers);
    }

    void addPacked(ByteInput segment) throws CodecException {
        packed = packed.isEmpty() ? new TreeMap<>() : packed;
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
        byte[] headers = MainHeader.joined(packed);
        if (ofMain) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            packedOfMain.forEach(all::writeBytes);
            headers = all.toByteArray();
        }
        return Optional.of(new ByteInput(headers, 0, headers.length));
    }
}
