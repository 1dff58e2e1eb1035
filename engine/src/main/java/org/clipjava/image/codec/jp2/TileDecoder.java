package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.HeapRoom;

/** From a tile's packets to its samples. Of one picture, for one thread at a time. */
final class TileDecoder {
    /** Precincts that need not be paid for by bytes. */
    private static final long FREE_PRECINCTS = 1 << 16;

    /** Samples of components that are not blank, for which nobody pays, and those that a byte pays for. */
    private static final long FREE_SAMPLES = 1 << 24;

    private static final long SAMPLES_A_BYTE = 8192;

    /** Samples that coding passes go over, in the same way. */
    private static final long FREE_STEPS = 1 << 28;

    private static final long STEPS_A_BYTE = 2048;

    private static final int BYTES_A_SAMPLE = 4;

    private final MainHeader header;
    private final byte[] file;
    private final CodeBlockDecoder blocks = new CodeBlockDecoder();
    private final Allowance allowance = new Allowance();
    private long samplesLeft = FREE_SAMPLES;
    private long stepsLeft = FREE_STEPS;

    TileDecoder(MainHeader header, byte[] file) {
        this.header = header;
        this.file = file;
    }

    /** Decodes a tile that has packets. */
    TileRows decode(Tile tile) throws CodecException {
        ByteInput packets = tile.packets();
        int bytes = packets.left();
        CodingStyle style = tile.style(file);
        List<TileComponent> components = components(tile.index(), style, bytes);
        PacketReader reader =
                new PacketReader(style, packets, tile.packedHeaders(header.hasPackedHeaders()), allowance);
        reader.read(components);
        samplesLeft += SAMPLES_A_BYTE * bytes;
        stepsLeft += STEPS_A_BYTE * bytes;
        long samples = 0;
        for (TileComponent component : components) {
            long steps = steps(component);
            stepsLeft -= steps;
            samples += steps == 0
                    ? 0
                    : (long) component.area().width() * component.area().height();
        }
        checkRoom(components, samples, bytes);
        List<Plane> planes = new ArrayList<>();
        for (TileComponent component : components) {
            Plane plane = Plane.of(component, steps(component) == 0);
            decodeBlocks(component, plane, packets.bytes());
            plane.transform();
            planes.add(plane);
        }
        return new TileRows(planes, style.multipleComponentTransform());
    }

    private List<TileComponent> components(int tile, CodingStyle style, int bytes) throws CodecException {
        Area area = header.grid().tile(tile);
        List<TileComponent> components = new ArrayList<>();
        long precincts = 0;
        for (int c = 0; c < header.grid().components().size(); c++) {
            TileComponent component =
                    new TileComponent(area, header.grid().components().get(c), style.component(c));
            components.add(component);
            for (Resolution resolution : component.resolutions()) {
                precincts += resolution.precinctCount();
            }
        }
        if (precincts > FREE_PRECINCTS + bytes) {
            throw Damage.truncated("expected a byte for each of " + precincts + " precincts, found " + bytes);
        }
        return components;
    }

    /** Samples that coding passes of a component go over; 0 if all of its coefficients are zeros. */
    private static long steps(TileComponent component) {
        long steps = 0;
        for (Resolution resolution : component.resolutions()) {
            for (Precinct precinct : resolution.precincts()) {
                for (Precinct.Part part : precinct.parts()) {
                    for (CodeBlock block : part.blocks()) {
                        steps += block.steps(component.style().regionShift());
                    }
                }
            }
        }
        return steps;
    }

    private void checkRoom(List<TileComponent> components, long samples, int bytes) throws CodecException {
        long lines = 0; // in the transform's buffer; more than the samples are, where a tile is a line
        for (TileComponent component : components) {
            int longest = Math.max(component.area().width(), component.area().height());
            lines = Math.max(lines, samples > 0 ? (long) InverseWavelet.LANES * longest : 0);
        }
        samplesLeft -= Math.max(samples, lines);
        if (samplesLeft < 0 || Math.max(samples, lines) > Integer.MAX_VALUE) {
            throw Damage.truncated("expected more bytes for " + samples + " samples, found " + bytes);
        }
        if (stepsLeft < 0) {
            throw Damage.corrupt("expected fewer coding passes for so few bytes");
        }
        long picture = 3L * header.grid().width() * header.grid().height();
        HeapRoom.check(
                BYTES_A_SAMPLE * (samples + lines) + picture,
                "decode " + header.grid().width() + "x" + header.grid().height() + " pixels");
    }

    private void decodeBlocks(TileComponent component, Plane plane, byte[] data) throws CodecException {
        for (Resolution resolution : component.resolutions()) {
            for (Precinct precinct : resolution.precincts()) {
                for (Precinct.Part part : precinct.parts()) {
                    for (CodeBlock block : part.blocks()) {
                        decodeBlock(block, part.band(), plane, data);
                    }
                }
            }
        }
    }

    private void decodeBlock(CodeBlock block, Subband band, Plane plane, byte[] data) throws CodecException {
        plane.put(blocks.decode(block, band, plane.component().style(), data), block.area(), band);
    }
}
