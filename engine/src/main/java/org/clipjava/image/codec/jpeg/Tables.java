package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import org.clipjava.image.codec.CodecException;

/** What a file's tables say at the moment; they may change between scans. */
final class Tables {
    private static final int SLOTS = 4;
    private static final int ARITHMETIC_SLOTS = 16;

    /** In natural order, unsigned; of length 0 where there is none. */
    private final short[][] quantization = new short[SLOTS][0];

    private final HuffmanTable[] dc = new HuffmanTable[SLOTS];
    private final HuffmanTable[] ac = new HuffmanTable[SLOTS];

    /** The bounds of small and of large differences, of arithmetic coding. */
    final int[] dcLower = new int[ARITHMETIC_SLOTS];

    final int[] dcUpper = new int[ARITHMETIC_SLOTS];
    final int[] acBound = new int[ARITHMETIC_SLOTS];

    /** MCUs between restart markers, or 0. */
    int restartInterval;

    Tables() {
        startImage();
    }

    /** What a start-of-image marker sets back. */
    void startImage() {
        for (int i = 0; i < ARITHMETIC_SLOTS; i++) {
            dcLower[i] = 0;
            dcUpper[i] = 1;
            acBound[i] = 5;
        }
        restartInterval = 0;
    }

    short[] quantization(int slot, Input in) throws CodecException {
        if (slot >= SLOTS || quantization[slot].length == 0) {
            throw in.corrupt("no quantization table " + slot + " before the scan that needs it");
        }
        return quantization[slot];
    }

    HuffmanTable huffman(boolean forDc, int slot, Input in) throws CodecException {
        HuffmanTable table = slot >= SLOTS ? null : (forDc ? dc : ac)[slot];
        String name = forDc ? "DC" : "AC";
        if (table == null) {
            throw in.corrupt("no " + name + " Huffman table " + slot + " before the scan that needs it");
        }
        if (!table.isValid(forDc)) {
            throw in.corrupt("the " + name + " Huffman table " + slot + " is no prefix code");
        }
        return table;
    }

    /** The tables of frames of Motion JPEG, which leave them out. */
    void defaultHuffman() {
        for (int slot = 0; slot < 2; slot++) {
            dc[slot] = dc[slot] == null ? StandardTables.dc(slot) : dc[slot];
            ac[slot] = ac[slot] == null ? StandardTables.ac(slot) : ac[slot];
        }
    }

    void readQuantization(Input in) throws EOFException, CodecException {
        int left = in.unsignedShort() - 2;
        while (left > 0) {
            int head = in.unsignedByte();
            boolean wide = head >> 4 != 0;
            int slot = head & 15;
            if (slot >= SLOTS) {
                throw in.corrupt("expected a quantization table 0 to 3, found " + slot);
            }
            short[] table = new short[Blocks.SIZE];
            for (int i = 0; i < Blocks.SIZE; i++) {
                table[Blocks.NATURAL_ORDER[i]] = (short) (wide ? in.unsignedShort() : in.unsignedByte());
            }
            quantization[slot] = table;
            left -= wide ? 1 + 2 * Blocks.SIZE : 1 + Blocks.SIZE;
        }
        if (left != 0) {
            throw in.corrupt("a quantization table is longer than its segment");
        }
    }

    void readHuffman(Input in) throws EOFException, CodecException {
        int left = in.unsignedShort() - 2;
        while (left > 16) {
            int head = in.unsignedByte();
            byte[] counts = new byte[16];
            int count = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = (byte) in.unsignedByte();
                count += counts[i] & 0xff;
            }
            left -= 1 + counts.length;
            if (count > 256 || count > left) {
                throw in.corrupt("a Huffman table is longer than its segment");
            }
            byte[] symbols = new byte[count];
            for (int i = 0; i < count; i++) {
                symbols[i] = (byte) in.unsignedByte();
            }
            left -= count;
            int slot = head & ~0x10;
            if (slot >= SLOTS) {
                throw in.corrupt("expected a Huffman table 0 to 3, found " + slot);
            }
            ((head & 0x10) == 0 ? dc : ac)[slot] = new HuffmanTable(counts, symbols);
        }
        if (left != 0) {
            throw in.corrupt("a segment of Huffman tables has " + left + " bytes too many");
        }
    }

    void readArithmetic(Input in) throws EOFException, CodecException {
        int left = in.unsignedShort() - 2;
        while (left > 0) {
            int slot = in.unsignedByte();
            int value = in.unsignedByte();
            left -= 2;
            if (slot >= 2 * ARITHMETIC_SLOTS) {
                throw in.corrupt("expected arithmetic conditioning 0 to 31, found " + slot);
            }
            if (slot >= ARITHMETIC_SLOTS) {
                acBound[slot - ARITHMETIC_SLOTS] = value;
            } else {
                dcLower[slot] = value & 15;
                dcUpper[slot] = value >> 4;
                if (dcLower[slot] > dcUpper[slot]) {
                    throw in.corrupt("expected arithmetic conditioning in order, found " + dcLower[slot] + " above "
                            + dcUpper[slot]);
                }
            }
        }
        if (left != 0) {
            throw in.corrupt("arithmetic conditioning is longer than its segment");
        }
    }

    void readRestartInterval(Input in) throws EOFException, CodecException {
        int length = in.unsignedShort();
        if (length != 4) {
            throw in.corrupt("expected a restart interval of 4 bytes, found " + length);
        }
        restartInterval = in.unsignedShort();
    }
}
