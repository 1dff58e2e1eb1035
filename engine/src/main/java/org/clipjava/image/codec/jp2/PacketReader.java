package org.clipjava.image.codec.jp2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.image.codec.CodecException;

/**
 * Reads a tile's packets (T.800, B.9 and B.10): which code-blocks get how many passes, and where their bytes are.
 *
 * <p>A packet has a byte at least, so that the number of packets is bounded by the bytes that are there. Where headers have ended, the
 * packets left are empty, as in OpenJPEG.
 */
final class PacketReader implements PacketOrder.Visitor {
    private static final int SOP_BYTES = 6;
    private static final int MOST_LENGTH_BITS = 32;

    /** More than any code-block has; OpenJPEG looks no further. */
    private static final int MOST_ZERO_PLANES = 999;

    private final CodingStyle style;
    private final ByteInput data;
    private final ByteInput headers;
    private final List<CodeBlock> withBytes = new ArrayList<>();
    private final Allowance allowance;

    /**
     * A reader of all packets of a tile.
     *
     * @param data of all its tile-parts
     * @param packedHeaders those of PPM or PPT, if they are not in the data
     * @param allowance of the picture; this tile's bytes are added to it
     */
    PacketReader(CodingStyle style, ByteInput data, Optional<ByteInput> packedHeaders, Allowance allowance) {
        this.style = style;
        this.data = data;
        headers = packedHeaders.orElse(data);
        this.allowance = allowance;
        allowance.add(
                data.left() + packedHeaders.map(packed -> (long) packed.left()).orElse(0L));
    }

    /** Reads all of them. */
    void read(List<TileComponent> components) throws CodecException {
        PacketOrder order = new PacketOrder(components, this);
        for (CodingStyle.Volume volume : style.volumes()) {
            if (!order.visit(volume)) {
                return;
            }
        }
    }

    @Override
    public boolean packet(Resolution resolution, int precinct, int layer) throws CodecException {
        if (headers.left() == 0) {
            if (style.ephMarkers()) {
                throw Damage.truncated("expected more packets with their markers EPH, found no more bytes");
            }
            return false;
        }
        if (style.sopMarkers() && data.left() >= SOP_BYTES && data.comes(Markers.SOP)) {
            data.skip(SOP_BYTES);
        }
        PacketBits bits = new PacketBits(headers);
        withBytes.clear();
        boolean there = bits.bit() == 1;
        if (there) {
            readHeader(bits, resolution, precinct, layer);
        }
        if (!bits.align() && there) {
            throw Damage.truncated("expected the header of a packet, found the end of its bytes");
        }
        headers.seek(bits.at());
        if (style.ephMarkers()) {
            if (!headers.comes(Markers.EPH)) {
                throw Damage.corrupt("expected the marker EPH behind a packet's header, found other bytes");
            }
            headers.skip(2);
        }
        takeBytes();
        return true;
    }

    private void readHeader(PacketBits bits, Resolution resolution, int number, int layer) throws CodecException {
        long blocks = resolution.blocks(number);
        allowance.look(blocks, resolution.bands().size(), resolution.hasPrecinct(number));
        for (Precinct.Part part : resolution.precinct(number).parts()) {
            for (int b = 0; b < part.blockCount(); b++) {
                readBlock(bits, part, b, layer, resolution.component().style());
            }
        }
    }

    private void readBlock(PacketBits bits, Precinct.Part part, int number, int layer, ComponentStyle component)
            throws CodecException {
        Optional<CodeBlock> known = part.block(number);
        boolean included =
                known.isPresent() ? bits.bit() == 1 : part.inclusion().isBelow(bits, number, layer + 1);
        if (!included) {
            return;
        }
        CodeBlock block = known.isPresent()
                ? known.get()
                : part.begin(number, part.zeroBitPlanes().numberBelow(bits, number, MOST_ZERO_PLANES));
        int passes = passes(bits);
        while (bits.bit() == 1) {
            block.addLengthBits(1);
        }
        block.beginPasses(component);
        for (int i = 0; passes > 0; i++) {
            int ofSegment = block.passesOf(i, passes, component);
            int lengthBits = block.lengthBits() + 31 - Integer.numberOfLeadingZeros(ofSegment);
            if (lengthBits > MOST_LENGTH_BITS) {
                throw Damage.corrupt("expected lengths of at most 32 bits, found " + lengthBits);
            }
            block.setNewLength(i, bits.bits(lengthBits));
            passes -= ofSegment;
        }
        withBytes.add(block);
    }

    /** Table B.4. */
    private static int passes(PacketBits bits) {
        if (bits.bit() == 0) {
            return 1;
        }
        if (bits.bit() == 0) {
            return 2;
        }
        int more = bits.bits(2);
        if (more < 3) {
            return 3 + more;
        }
        more = bits.bits(5);
        return more < 31 ? 6 + more : 37 + bits.bits(7);
    }

    private void takeBytes() throws CodecException {
        for (CodeBlock block : withBytes) {
            long bytes = block.newBytes();
            if (bytes > data.left()) {
                throw Damage.truncated("expected " + bytes + " bytes of a code-block, found " + data.left());
            }
            block.addBytes(data.at());
            data.skip(bytes);
        }
    }
}
