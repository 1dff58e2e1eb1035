package org.clipjava.image.codec.tiff;

import java.util.Arrays;
import org.clipjava.image.codec.CodecException;

/**
 * Bilevel rows of CCITT's T.4 and T.6, as fax machines send them: runs of white and black, or where they begin and end by the row
 * above. A set bit is black.
 */
final class FaxRows implements PartRows {
    /** How rows are coded. */
    enum Kind {
        /** One-dimensional, each row from a new byte on. */
        HUFFMAN,
        /** One-dimensional, with ends of lines. */
        GROUP3,
        /** Either way, told at each row's end. */
        GROUP3_2D,
        /** Two-dimensional, without ends of lines. */
        GROUP4
    }

    /** Codes of runs of 0 to 63, then of 64, 128 and so on to 1728. */
    private static final String WHITE =
            "00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101"
                    + " 101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011"
                    + " 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100"
                    + " 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 01011001"
                    + " 01011010 01011011 01001010 01001011 00110010 00110011 00110100"
                    + " 11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 011010011"
                    + " 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 010011010 011000"
                    + " 010011011";

    private static final String BLACK =
            "0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111"
                    + " 000011000 0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111"
                    + " 00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 000001101011"
                    + " 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 000011011010"
                    + " 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011"
                    + " 000000100100 000000110111 000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100"
                    + " 000001011010 000001100110 000001100111"
                    + " 0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101"
                    + " 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101"
                    + " 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 0000001011011"
                    + " 0000001100100 0000001100101";

    /** Of both colours: runs of 1792, 1856 and so on. */
    private static final String LONG =
            "00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110"
                    + " 000000010111 000000011100 000000011101 000000011110 000000011111";

    private static final int LONGEST_CODE = 13;

    private static final int[] WHITES = table(WHITE);
    private static final int[] BLACKS = table(BLACK);

    private final byte[] data;
    private final long end;
    private final Kind kind;
    private final int width;

    /** In bits. */
    private long at;

    /** Where the colour changes in the row above and in this one, then the width, several times. */
    private int[] above;

    private int[] changes;
    private int n;

    FaxRows(byte[] data, int start, int end, Kind kind, int width) {
        this.data = data;
        this.at = 8L * start;
        this.end = 8L * end;
        this.kind = kind;
        this.width = width;
        above = new int[width + 4];
        changes = new int[width + 4];
        Arrays.fill(above, width);
    }

    /** Run lengths by their codes, each with a 1 before it; -1: none. */
    private static int[] table(String codes) {
        int[] table = new int[2 << LONGEST_CODE];
        Arrays.fill(table, -1);
        int i = 0;
        for (String code : codes.split(" ", -1)) {
            table[Integer.parseInt("1" + code, 2)] = i < 64 ? i : 64 * (i - 63);
            i++;
        }
        i = 0;
        for (String code : LONG.split(" ", -1)) {
            table[Integer.parseInt("1" + code, 2)] = 1792 + 64 * i++;
        }
        return table;
    }

    @Override
    public boolean next(byte[] row) throws CodecException {
        boolean twoDimensional = kind == Kind.GROUP4;
        if (kind == Kind.HUFFMAN) {
            at = (at + 7) / 8 * 8;
        } else if (kind != Kind.GROUP4) {
            twoDimensional = skipEndOfLine();
        }
        if (at >= end) {
            return false;
        }
        n = 0;
        if (!(twoDimensional ? readByAbove() : readRuns())) {
            return false;
        }
        Arrays.fill(changes, n, Math.min(n + 4, changes.length), width);
        Arrays.fill(row, (byte) 0);
        for (int i = 0; i + 1 < changes.length && changes[i] < width; i += 2) {
            for (int x = changes[i]; x < changes[i + 1]; x++) {
                row[x >> 3] |= (byte) (0x80 >> (x & 7));
            }
        }
        int[] swap = above;
        above = changes;
        changes = swap;
        return true;
    }

    /** Whether the row after it is two-dimensional. */
    private boolean skipEndOfLine() {
        long from = at;
        int zeros = 0;
        while (at < end && bit() == 0) {
            zeros++;
        }
        if (zeros < 11) { // there is none
            at = from;
            return false;
        }
        return kind == Kind.GROUP3_2D && at < end && bit() == 0;
    }

    private int bit() {
        int bit = data[(int) (at >> 3)] >> (7 - (at & 7)) & 1;
        at++;
        return bit;
    }

    private boolean readRuns() throws CodecException {
        int x = 0;
        boolean black = false;
        while (x < width) {
            int run = run(black);
            if (run < 0) {
                return false;
            }
            x += run;
            add(x);
            black = !black;
        }
        return true;
    }

    private void add(int x) throws CodecException {
        if (x > width || n >= width + 1 || (n > 0 && x < changes[n - 1])) {
            throw corrupt();
        }
        changes[n++] = x;
    }

    /** -1 where the data end. */
    private int run(boolean black) throws CodecException {
        int[] table = black ? BLACKS : WHITES;
        int sum = 0;
        while (true) {
            int code = 1;
            int run = -1;
            for (int bits = 0; run < 0; bits++) {
                if (at >= end) {
                    return -1;
                }
                if (bits == LONGEST_CODE) {
                    throw corrupt();
                }
                code = code << 1 | bit();
                run = table[code];
            }
            sum += run;
            if (run < 64) {
                return sum;
            }
            if (sum > width) {
                throw corrupt();
            }
        }
    }

    private boolean readByAbove() throws CodecException {
        int x = 0;
        int b = 0;
        boolean black = false;
        boolean started = false;
        while (x < width) {
            // The first change above to the other colour, to the right of x.
            while (b > 0 && above[b - 1] > x) {
                b--;
            }
            while (above[b] < width && ((above[b] <= x && started) || (b & 1) != (black ? 1 : 0))) {
                b++;
            }
            int b1 = above[b];
            int mode = mode();
            if (mode == PASS) {
                x = b1 == width ? width : above[b + 1];
                started = true;
                continue;
            }
            if (mode == ENDS) {
                return false;
            }
            if (mode == HORIZONTAL) {
                int one = run(black);
                int other = one < 0 ? -1 : run(!black);
                if (other < 0) {
                    return false;
                }
                add(x + one);
                x += one + other;
                add(x);
            } else {
                if (b1 + mode < x) {
                    throw corrupt();
                }
                x = b1 + mode;
                add(x);
                black = !black;
            }
            started = true;
        }
        return true;
    }

    private static final int HORIZONTAL = 10;
    private static final int PASS = 11;
    private static final int ENDS = 12;

    /** One of the above, or how far the change is from the one above, -3 to 3. */
    private int mode() throws CodecException {
        int zeros = 0;
        while (at < end && bit() == 0) {
            zeros++;
        }
        if (at + (zeros == 0 || zeros == 3 ? 0 : 1) > end || zeros > 5) {
            if (zeros > 5 && at < end && zeros < 11) {
                throw corrupt(); // an extension
            }
            return ENDS;
        }
        return switch (zeros) {
            case 0 -> 0;
            case 1 -> bit() == 1 ? 1 : -1;
            case 2 -> HORIZONTAL;
            case 3 -> PASS;
            case 4 -> bit() == 1 ? 2 : -2;
            default -> bit() == 1 ? 3 : -3;
        };
    }

    private static CodecException corrupt() {
        return new CodecException("corrupt TIFF: expected the code of a run in a fax, found none");
    }
}
