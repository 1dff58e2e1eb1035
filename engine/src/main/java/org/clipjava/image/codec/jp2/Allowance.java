package org.clipjava.image.codec.jp2;

import org.clipjava.image.codec.CodecException;

/** What a picture may cost by the bytes of the tiles that were read so far, however many tiles it has. */
final class Allowance {
    /** Code-blocks that are looked at although nobody pays for them, and those that a byte pays for. */
    private static final long FREE_LOOKS = 1 << 22;

    private static final long LOOKS_A_BYTE = 64;

    /** Code-blocks that there is room for, in the same way. */
    private static final long FREE_BLOCKS = 1 << 18;

    private static final long BLOCKS_A_BYTE = 1;

    /** What a subband's part of a precinct takes, however few code-blocks it has: as much as so many of these. */
    private static final int BLOCKS_A_PART = 2;

    private long looksLeft = FREE_LOOKS;
    private long blocksLeft = FREE_BLOCKS;

    /** Adds what so many further bytes pay for. */
    void add(long bytes) {
        looksLeft += LOOKS_A_BYTE * bytes;
        blocksLeft += BLOCKS_A_BYTE * bytes;
    }

    /**
     * Pays for a look at a precinct of so many code-blocks.
     *
     * @param there whether there is room for them already
     */
    void look(long blocks, int parts, boolean there) throws CodecException {
        looksLeft -= blocks;
        blocksLeft -= there ? 0 : blocks + (long) BLOCKS_A_PART * parts;
        if (looksLeft < 0 || blocksLeft < 0) {
            throw Damage.corrupt("expected fewer code-blocks for so few bytes, found " + blocks + " more");
        }
    }
}
