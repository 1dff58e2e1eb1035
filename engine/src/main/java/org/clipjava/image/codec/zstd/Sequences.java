package org.clipjava.image.codec.zstd;

import java.util.Optional;
import org.clipjava.image.codec.CodecException;

/** A block's sequences: some literals, then a match, which is what was there some bytes before. For the blocks of one frame. */
final class Sequences {
    private static final int PREDEFINED = 0;
    private static final int RLE = 1;
    private static final int COMPRESSED = 2;

    /** From here on two bytes say how many there are, or three. */
    private static final int TWO_BYTES = 128;

    private static final int THREE_BYTES = 255;
    private static final int LEAST_OF_THREE_BYTES = 0x7f00;

    /** Offsets up to here stand for one of the last ones. */
    private static final int LAST_OFFSETS = 3;

    /** One of the three codes: how many bits each adds to what number, and the tables for it. */
    private static final class Code {
        private final long[] first;
        private final int[] bits;
        private final int mostTableBits;
        private final FseTable predefined;
        private Optional<FseTable> table = Optional.empty();

        Code(long least, int[] bits, int mostTableBits, FseTable predefined) {
            this.bits = bits;
            this.mostTableBits = mostTableBits;
            this.predefined = predefined;
            first = new long[bits.length];
            first[0] = least;
            for (int i = 1; i < bits.length; i++) {
                first[i] = first[i - 1] + (1L << bits[i - 1]);
            }
        }

        FseTable table(int mode, ByteInput in) throws CodecException {
            if (mode == PREDEFINED) {
                table = Optional.of(predefined);
            } else if (mode == RLE) {
                int symbol = in.unsigned();
                if (symbol >= bits.length) {
                    throw Corrupt.zstd("expected a code below " + bits.length + ", found " + symbol);
                }
                table = Optional.of(FseTable.of(symbol));
            } else if (mode == COMPRESSED) {
                table = Optional.of(FseTable.read(in, mostTableBits, bits.length));
            }
            return table.orElseThrow(() -> Corrupt.zstd("expected a table of codes before one is taken again"));
        }

        long value(int code, BackwardBits from) {
            return first[code] + from.read(bits[code]);
        }
    }

    private static final int[] LITERAL_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16
    };
    private static final int[] MATCH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
        2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    };
    private static final int[] OFFSET_BITS = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
        30, 31
    };
    private static final FseTable LITERALS = new FseTable(
            new int[] {
                4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
                -1, -1
            },
            6);
    private static final FseTable MATCHES = new FseTable(
            new int[] {
                1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
            },
            6);
    private static final FseTable OFFSETS = new FseTable(
            new int[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1}, 5);

    private final Code literalLengths = new Code(0, LITERAL_BITS, 9, LITERALS);
    private final Code offsets = new Code(1, OFFSET_BITS, 8, OFFSETS);
    private final Code matchLengths = new Code(3, MATCH_BITS, 9, MATCHES);

    private final long[] last = {1, 4, 8};

    /** Puts a block together. */
    void read(ByteInput in, Literals literals, History out) throws CodecException {
        int n = count(in);
        if (n == 0) {
            if (in.left() > 0) {
                throw Corrupt.zstd("expected a block of literals alone to end, found " + in.left() + " bytes");
            }
            out.copy(literals.bytes(), 0, literals.length());
            return;
        }
        int modes = in.unsigned();
        if ((modes & 3) != 0) {
            throw Corrupt.zstd("expected tables of a known kind, found " + (modes & 3));
        }
        FseTable literalTable = literalLengths.table(modes >> 6, in);
        FseTable offsetTable = offsets.table(modes >> 4 & 3, in);
        FseTable matchTable = matchLengths.table(modes >> 2 & 3, in);
        BackwardBits from = new BackwardBits(in.data(), in.at(), in.at() + in.left());
        int literalState = literalTable.start(from);
        int offsetState = offsetTable.start(from);
        int matchState = matchTable.start(from);
        int taken = 0;
        for (int i = 0; i < n; i++) {
            long offset = offsets.value(offsetTable.symbol(offsetState), from);
            int match = (int) matchLengths.value(matchTable.symbol(matchState), from);
            int length = (int) literalLengths.value(literalTable.symbol(literalState), from);
            if (i + 1 < n) {
                literalState = literalTable.next(literalState, from);
                matchState = matchTable.next(matchState, from);
                offsetState = offsetTable.next(offsetState, from);
            }
            if (from.left() < 0 || length > literals.length() - taken) {
                throw Corrupt.zstd("expected " + n + " sequences, found fewer, or fewer literals than they need");
            }
            out.copy(literals.bytes(), taken, length);
            taken += length;
            out.repeat(distance(offset, length == 0), match);
        }
        if (from.left() != 0) {
            throw Corrupt.zstd("expected " + n + " sequences, found more");
        }
        out.copy(literals.bytes(), taken, literals.length() - taken);
    }

    private static int count(ByteInput in) throws CodecException {
        int first = in.unsigned();
        if (first < TWO_BYTES) {
            return first;
        }
        return first < THREE_BYTES ? (first - TWO_BYTES) << 8 | in.unsigned() : in.unsigned(2) + LEAST_OF_THREE_BYTES;
    }

    /** Of an offset, or of one of the last ones, which then comes first; without literals it's the one after. */
    private long distance(long offset, boolean noLiterals) {
        long distance = offset - LAST_OFFSETS;
        int which = 2;
        if (offset <= LAST_OFFSETS) {
            which = (int) offset - (noLiterals ? 0 : 1);
            distance = which < LAST_OFFSETS ? last[which] : last[0] - 1;
        }
        if (which >= 2) {
            last[2] = last[1];
        }
        if (which >= 1) {
            last[1] = last[0];
        }
        last[0] = distance;
        return distance;
    }
}
