package org.clipjava.image.codec.jp2;

/** Contexts of a coefficient's bits by its eight neighbours (T.800, D.3), and the flags that hold what is known of these. */
final class Contexts {
    static final int ZERO = 0;
    private static final int SIGN = 9;
    static final int MAGNITUDE = 14;
    static final int RUN_LENGTH = 17;
    static final int UNIFORM = 18;

    // Which neighbours are significant.
    static final int NORTH_EAST = 1;
    static final int SOUTH_EAST = 2;
    static final int SOUTH_WEST = 4;
    static final int NORTH_WEST = 8;
    static final int NORTH = 0x10;
    static final int EAST = 0x20;
    static final int SOUTH = 0x40;
    static final int WEST = 0x80;
    static final int NEIGHBOURS = 0xff;

    /** From a neighbour's flag to the one that says it is negative. */
    static final int TO_NEGATIVE = 4;

    // Of the coefficient itself.
    static final int SIGNIFICANT = 0x1000;
    static final int REFINED = 0x2000;
    static final int VISITED = 0x4000;

    private static final int DIAGONALS = NORTH_EAST | SOUTH_EAST | SOUTH_WEST | NORTH_WEST;

    /** Of subbands LL, HL, LH, HH, by neighbours. */
    private static final byte[][] ZERO_CODING = new byte[4][256];

    private static final byte[] SIGN_CONTEXTS = new byte[256];
    private static final byte[] SIGN_FLIPS = new byte[256];

    static {
        for (int flags = 0; flags < 256; flags++) {
            int across = Integer.bitCount(flags & (EAST | WEST));
            int down = Integer.bitCount(flags & (NORTH | SOUTH));
            int diagonal = Integer.bitCount(flags & DIAGONALS);
            ZERO_CODING[0][flags] = (byte) ofLow(across, down, diagonal);
            ZERO_CODING[1][flags] = (byte) ofLow(down, across, diagonal);
            ZERO_CODING[2][flags] = ZERO_CODING[0][flags];
            ZERO_CODING[3][flags] = (byte) ofHigh(across + down, diagonal);
            setSign(flags);
        }
    }

    private Contexts() {}

    static byte[] zeroCoding(int orientation) {
        return ZERO_CODING[orientation];
    }

    static int sign(int flags) {
        return SIGN_CONTEXTS[flags >> 4 & 0xff];
    }

    static int signFlip(int flags) {
        return SIGN_FLIPS[flags >> 4 & 0xff];
    }

    /** Table D.1, LL and LH. */
    private static int ofLow(int across, int down, int diagonal) {
        return switch (across) {
            case 2 -> 8;
            case 1 -> down > 0 ? 7 : diagonal > 0 ? 6 : 5;
            default -> down > 0 ? 2 + down : Math.min(diagonal, 2);
        };
    }

    /** Table D.1, HH. */
    private static int ofHigh(int straight, int diagonal) {
        return switch (diagonal) {
            case 0 -> Math.min(straight, 2);
            case 1 -> 3 + Math.min(straight, 2);
            case 2 -> straight > 0 ? 7 : 6;
            default -> 8;
        };
    }

    /** Tables D.2 and D.3, by four flags of neighbours and four of their signs. */
    private static void setSign(int flags) {
        int across = contribution(flags, EAST) + contribution(flags, WEST);
        int down = contribution(flags, NORTH) + contribution(flags, SOUTH);
        int h = Integer.signum(across);
        int v = Integer.signum(down);
        boolean flips = h < 0 || (h == 0 && v < 0);
        int context = h == 0 ? Math.abs(v) : 3 + h * v;
        SIGN_CONTEXTS[flags] = (byte) (SIGN + context);
        SIGN_FLIPS[flags] = (byte) (flips ? 1 : 0);
    }

    private static int contribution(int flags, int neighbour) {
        int significant = neighbour >> 4;
        if ((flags & significant) == 0) {
            return 0;
        }
        return (flags & significant << TO_NEGATIVE) == 0 ? 1 : -1;
    }
}
