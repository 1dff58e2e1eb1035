package org.clipjava.image.codec.zstd;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/** Huffman's code of literals, looked up by as many bits as the longest code has. */
final class HuffmanTable {
    private static final int MOST_BITS = 11;
    private static final int MOST_BITS_OF_WEIGHTS = 6;

    /** The last symbol's weight follows from the others. */
    private static final int MOST_WEIGHTS = 255;

    /** From here on a table's first byte says how many weights follow as they are, less this one. */
    private static final int PLAIN = 127;

    private final int bits;
    private final byte[] symbols;
    private final byte[] bitsOf;

    private HuffmanTable(int[] weights, int symbolCount, int bits) {
        this.bits = bits;
        symbols = new byte[1 << bits];
        bitsOf = new byte[1 << bits];
        int at = 0;
        for (int weight = 1; weight <= bits; weight++) {
            for (int symbol = 0; symbol < symbolCount; symbol++) {
                if (weights[symbol] == weight) {
                    int end = at + (1 << (weight - 1));
                    Arrays.fill(symbols, at, end, (byte) symbol);
                    Arrays.fill(bitsOf, at, end, (byte) (bits + 1 - weight));
                    at = end;
                }
            }
        }
    }

    static HuffmanTable read(ByteInput in) throws CodecException {
        int[] weights = new int[MOST_WEIGHTS + 1];
        int header = in.unsigned();
        int n;
        if (header > PLAIN) {
            n = header - PLAIN;
            int from = in.skip((n + 1) / 2);
            for (int i = 0; i < n; i++) {
                weights[i] = in.data()[from + i / 2] >> (i % 2 == 0 ? 4 : 0) & 15;
            }
        } else {
            int from = in.skip(header);
            n = readWeights(new ByteInput(in.data(), from, from + header), weights);
        }
        return of(weights, n);
    }

    private static HuffmanTable of(int[] weights, int n) throws CodecException {
        int sum = 0;
        int smallest = 0;
        for (int i = 0; i < n; i++) {
            if (weights[i] > MOST_BITS) {
                throw Corrupt.zstd("expected codes of at most " + MOST_BITS + " bits, found weight " + weights[i]);
            }
            sum += weights[i] == 0 ? 0 : 1 << (weights[i] - 1);
            smallest += weights[i] == 1 ? 1 : 0;
        }
        int bits = sum == 0 ? 0 : BackwardBits.highestBit(sum) + 1;
        int last = (1 << bits) - sum;
        if (sum == 0 || bits > MOST_BITS || Integer.bitCount(last) != 1) {
            throw Corrupt.zstd("expected weights of Huffman's code that one more fills, found a sum of " + sum);
        }
        weights[n] = BackwardBits.highestBit(last) + 1;
        if (smallest + (last == 1 ? 1 : 0) < 2) {
            throw Corrupt.zstd("expected two longest codes at least");
        }
        return new HuffmanTable(weights, n + 1, bits);
    }

    /** By two states in turn, until there are no bits for the next one. */
    private static int readWeights(ByteInput in, int[] weights) throws CodecException {
        FseTable table = FseTable.read(in, MOST_BITS_OF_WEIGHTS, MOST_BITS + 2);
        BackwardBits from = new BackwardBits(in.data(), in.at(), in.at() + in.left());
        int state = table.start(from);
        int other = table.start(from);
        if (from.left() < 0) {
            throw Corrupt.zstd("expected weights of Huffman's code, found none");
        }
        int n = 0;
        while (n < MOST_WEIGHTS - 1) {
            weights[n++] = table.symbol(state);
            int next = table.next(state, from);
            if (from.left() < 0) {
                weights[n++] = table.symbol(other);
                return n;
            }
            state = other;
            other = next;
        }
        throw Corrupt.zstd("expected at most " + MOST_WEIGHTS + " weights of Huffman's code, found more");
    }

    /** Decodes a stream, which has to end with the last of the symbols. */
    void decode(byte[] data, int start, int end, byte[] out, int at, int n) throws CodecException {
        BackwardBits from = new BackwardBits(data, start, end);
        for (int i = at; i < at + n; i++) {
            int code = (int) from.peek(bits);
            out[i] = symbols[code];
            from.skip(bitsOf[code]);
        }
        if (from.left() != 0) {
            throw Corrupt.zstd(
                    "expected " + n + " literals in a stream, found " + (from.left() < 0 ? "fewer" : "more"));
        }
    }
}
