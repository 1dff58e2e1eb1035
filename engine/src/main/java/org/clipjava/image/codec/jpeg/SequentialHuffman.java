package org.clipjava.image.codec.jpeg;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/** Baseline and extended sequential scans. */
final class SequentialHuffman extends HuffmanDecoder {
    private HuffmanTable[] dc = {};
    private HuffmanTable[] ac = {};
    private int[] predictions = {};

    SequentialHuffman(Input in) {
        super(in);
    }

    @Override
    void prepare(Tables tables) throws CodecException {
        int components = scan.components().size();
        dc = new HuffmanTable[components];
        ac = new HuffmanTable[components];
        predictions = new int[components];
        for (int i = 0; i < components; i++) {
            dc[i] = tables.huffman(true, scan.components().get(i).dcTable, in);
            ac[i] = tables.huffman(false, scan.components().get(i).acTable, in);
        }
    }

    @Override
    void resetPredictions() {
        Arrays.fill(predictions, 0);
    }

    @Override
    boolean block(int component, short[] coefficients, int at) {
        long value = bits < BITS_OF_A_SYMBOL ? refill() : buffer;
        int count = bits;
        HuffmanTable table = dc[component];
        int entry = table.entry(value);
        int length = entry & 0xff;
        value <<= length;
        count -= length;
        int size = entry >> 16;
        if ((entry & HuffmanTable.EXTRA) != 0) {
            int extra = (int) (value >>> (64 - size));
            value <<= size;
            count -= size;
            size = HuffmanTable.extend(extra, size);
        }
        predictions[component] += size;
        coefficients[at] = (short) predictions[component];

        table = ac[component];
        for (int k = 1; k < Blocks.SIZE; k++) {
            if (count < BITS_OF_A_SYMBOL) {
                buffer = value;
                bits = count;
                value = refill();
                count = bits;
            }
            entry = table.entry(value);
            length = entry & 0xff;
            value <<= length;
            count -= length;
            int run = entry >> 8 & 15;
            int coefficient = entry >> 16;
            if (coefficient != 0) {
                if ((entry & HuffmanTable.EXTRA) != 0) {
                    size = coefficient;
                    coefficient = HuffmanTable.extend((int) (value >>> (64 - size)), size);
                    value <<= size;
                    count -= size;
                }
                k += run;
                coefficients[at + Blocks.NATURAL_ORDER[k]] = (short) coefficient;
            } else if (run == 15) {
                k += 15;
            } else {
                break;
            }
        }
        buffer = value;
        bits = count;
        return true;
    }
}
