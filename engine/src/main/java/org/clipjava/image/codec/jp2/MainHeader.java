package org.clipjava.image.codec.jp2;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clipjava.image.codec.CodecException;

/**
 * A codestream's main header (T.800, A.3).
 *
 * @param style of tiles that do not say otherwise
 * @param packedHeaders of PPM, those of each tile-part in their order; empty if packets have their headers before their data
 * @param hasPackedHeaders whether there is PPM at all
 */
record MainHeader(Grid grid, CodingStyle style, List<byte[]> packedHeaders, boolean hasPackedHeaders) {
    private static final int FIRST_MARKER = 0xff00;
    private static final int LENGTH_BYTES = 4;

    /** Reads it up to the marker of the first tile-part, and past that. */
    static MainHeader read(ByteInput in) throws CodecException {
        Grid grid = readGrid(in);
        CodingStyle style = new CodingStyle(grid.components().size());
        Map<Integer, ByteInput> packed = new TreeMap<>();
        boolean coding = false;
        boolean quantization = false;
        for (int marker = nextMarker(in); marker != Markers.SOT; marker = nextMarker(in)) {
            ByteInput segment = segment(in);
            coding |= marker == Markers.COD;
            quantization |= marker == Markers.QCD;
            if (marker == Markers.PPM) {
                addPacked(packed, segment, marker);
            } else if (!style.read(marker, segment)) {
                checkKnown(marker, segment, grid);
            }
        }
        if (!coding || !quantization) {
            throw Damage.corrupt("expected COD and QCD in the main header, found " + (coding ? "COD" : "no COD"));
        }
        return new MainHeader(grid, style, partsOf(packed), !packed.isEmpty());
    }

    /** Reads its beginning, which tells the picture's size. */
    static Grid readGrid(ByteInput in) throws CodecException {
        if (!in.comes(Markers.SOC)) {
            throw Damage.corrupt("expected a codestream, found other bytes at byte " + in.at());
        }
        in.skip(2);
        int marker = nextMarker(in);
        if (marker != Markers.SIZ) {
            throw Damage.corrupt("expected SIZ before byte " + in.at() + ", found " + Markers.name(marker));
        }
        return Grid.read(segment(in));
    }

    /** A marker segment without its length, which is passed over. */
    static ByteInput segment(ByteInput in) throws CodecException {
        int length = in.u16();
        if (length < 2) {
            throw Damage.corrupt(
                    "expected a marker segment of 2 bytes at least at byte " + (in.at() - 2) + ", found " + length);
        }
        return in.take(length - 2);
    }

    /** The next marker that is known; as in OpenJPEG, what follows an unknown one is passed over, two bytes by two. */
    private static int nextMarker(ByteInput in) throws CodecException {
        int marker = in.u16();
        if (marker < FIRST_MARKER) {
            throw Damage.corrupt("expected a marker at byte " + (in.at() - 2) + ", found " + Markers.name(marker));
        }
        while (!isKnown(marker)) {
            marker = in.u16();
        }
        return marker;
    }

    private static boolean isKnown(int marker) {
        return switch (marker) {
            case Markers.SOT,
                    Markers.COD,
                    Markers.COC,
                    Markers.RGN,
                    Markers.QCD,
                    Markers.QCC,
                    Markers.POC,
                    Markers.SIZ,
                    Markers.TLM,
                    Markers.PLM,
                    Markers.PLT,
                    Markers.PPM,
                    Markers.PPT,
                    Markers.SOP,
                    Markers.CRG,
                    Markers.COM,
                    Markers.MCT,
                    Markers.MCC,
                    Markers.MCO,
                    Markers.CBD,
                    Markers.CAP,
                    Markers.CPF -> true;
            default -> false;
        };
    }

    private static void checkKnown(int marker, ByteInput segment, Grid grid) throws CodecException {
        switch (marker) {
            case Markers.TLM, Markers.COM, Markers.CAP, Markers.CPF -> {
                // They say nothing that is needed.
            }
            case Markers.PLM -> segment.skip(1);
            case Markers.CRG -> {
                if (segment.left() != 4 * grid.components().size()) {
                    throw Damage.corrupt("CRG: expected 4 bytes of each component, found " + segment.left());
                }
            }
            case Markers.MCT, Markers.MCC, Markers.MCO, Markers.CBD -> throw transformOfPart2();
            default -> throw Damage.corrupt("found the marker " + Markers.name(marker) + " in the main header");
        }
    }

    static CodecException transformOfPart2() {
        return Damage.unsupported("expected component transforms of Part 1, found those of Part 2");
    }

    /** Takes a segment of packed headers, whose first byte is its place among those of its kind. */
    static void addPacked(Map<Integer, ByteInput> packed, ByteInput segment, int marker) throws CodecException {
        int index = segment.u8();
        if (segment.left() == 0 || packed.put(index, segment) != null) {
            throw Damage.corrupt(Markers.name(marker) + ": expected each segment once, and not empty, found " + index
                    + " otherwise");
        }
    }

    /** Those of one segment after the other. */
    static byte[] joined(Map<Integer, ByteInput> packed) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteInput part : packed.values()) {
            all.write(part.bytes(), part.at(), part.left());
        }
        return all.toByteArray();
    }

    private static List<byte[]> partsOf(Map<Integer, ByteInput> packed) throws CodecException {
        byte[] all = joined(packed);
        ByteInput in = new ByteInput(all, 0, all.length);
        List<byte[]> parts = new ArrayList<>();
        while (in.left() > 0) {
            if (in.left() < LENGTH_BYTES) {
                throw Damage.corrupt("PPM: expected a length of 4 bytes, found " + in.left());
            }
            ByteInput part = in.take(in.u32());
            byte[] headers = new byte[part.left()];
            System.arraycopy(all, part.at(), headers, 0, headers.length);
            parts.add(headers);
        }
        return parts;
    }
}
