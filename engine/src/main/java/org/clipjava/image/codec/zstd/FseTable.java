package org.clipjava.image.codec.zstd;

import org.clipjava.image.codec.CodecException;

/** A table of finite state entropy: each state is a symbol, and how the next state follows from bits. */
final class FseTable {
    private final int bits;
    private final byte[] symbols;
    private final byte[] bitsOf;
    private final short[] next;

    /** @param probabilities of each symbol, {@code 1 << bits} in all; -1: less than one, which counts as one */
    FseTable(int[] probabilities, int bits) {
        this.bits = bits;
        int size = 1 << bits;
        symbols = new byte[size];
        bitsOf = new byte[size];
        next = new short[size];
        int[] states = new int[probabilities.length];
        int high = size - 1;
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            if (probabilities[symbol] == -1) {
                symbols[high--] = (byte) symbol;
            }
            states[symbol] = Math.abs(probabilities[symbol]);
        }
        int step = (size >> 1) + (size >> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            for (int i = 0; i < probabilities[symbol]; i++) {
                symbols[at] = (byte) symbol;
                do {
                    at = (at + step) & (size - 1);
                } while (at > high);
            }
        }
        for (int i = 0; i < size; i++) {
            int state = states[symbols[i]]++;
            int length = bits - BackwardBits.highestBit(state);
            bitsOf[i] = (byte) length;
            next[i] = (short) ((state << length) - size);
        }
    }

    /** Of one symbol, which needs no bits. */
    static FseTable of(int symbol) {
        int[] probabilities = new int[symbol + 1];
        probabilities[symbol] = 1;
        return new FseTable(probabilities, 0);
    }

    /**
     * Reads the probabilities of a table.
     *
     * @param mostBits of the table
     */
    static FseTable read(ByteInput in, int mostBits, int mostSymbols) throws CodecException {
        ForwardBits from = new ForwardBits(in);
        int bits = from.read(4) + 5;
        if (bits > mostBits) {
            throw Corrupt.zstd("expected a table of at most " + mostBits + " bits, found " + bits);
        }
        int[] probabilities = new int[mostSymbols];
        int left = 1 << bits;
        int n = 0;
        while (left > 0) {
            if (n >= mostSymbols) {
                throw Corrupt.zstd("expected at most " + mostSymbols + " symbols in a table, found more");
            }
            int probability = from.probability(left);
            probabilities[n++] = probability;
            left -= Math.abs(probability);
            int zeros = probability == 0 ? 3 : 0;
            while (zeros == 3) {
                zeros = from.read(2);
                n += zeros;
            }
        }
        from.finish();
        return new FseTable(probabilities, bits);
    }

    /** The first state. */
    int start(BackwardBits from) {
        return (int) from.read(bits);
    }

    int symbol(int state) {
        return symbols[state];
    }

    int next(int state, BackwardBits from) {
        return next[state] + (int) from.read(bitsOf[state]);
    }

    /** Bits from the first to the last. */
    private static final class ForwardBits {
        private final ByteInput in;
        private int held;
        private int n;

        ForwardBits(ByteInput in) {
            this.in = in;
        }

        private int peek(int bits) throws CodecException {
            while (n < bits) {
                held |= in.unsigned() << n;
                n += 8;
            }
            return held & ((1 << bits) - 1);
        }

        int read(int bits) throws CodecException {
            int value = peek(bits);
            held >>>= bits;
            n -= bits;
            return value;
        }

        /** Small ones of what {@code left} allows take a bit less. */
        int probability(int left) throws CodecException {
            int bits = BackwardBits.highestBit(left + 1);
            int value = read(bits);
            int fewer = (2 << bits) - 2 - left;
            if (value >= fewer) {
                value |= read(1) << bits;
                if (value >= 1 << bits) {
                    value -= fewer;
                }
            }
            return value - 1;
        }

        /** The rest of a byte is not used. */
        void finish() {
            held = 0;
            n = 0;
        }
    }
}
