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

    private long looksLeft = FREE_LOOKS;
    private long blocksLeft = FREE_BLOCKS;

    /** Adds what so many further bytes pay for. */
    void add(long bytes) {
        looksLeft += LOOKS_A_BYTE * bytes;
        blocksLeft += BLOCKS_A_BYTE * bytes;
    }

    /**
     * Pays for a look at so many code-blocks.
     *
     * @param there whether there is room for them already
     */
    void look(long blocks, boolean there) throws CodecException {
        looksLeft -= blocks;
        blocksLeft -= there ? 0 : blocks;
        if (looksLeft < 0 || blocksLeft < 0) {
            throw Damage.corrupt("expected fewer code-blocks for so few bytes, found " + blocks + " more");
        }
    }
}
