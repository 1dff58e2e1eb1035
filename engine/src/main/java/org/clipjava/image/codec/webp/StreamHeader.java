package org.clipjava.image.codec.webp;

import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;

/**
 * What the first bytes of a bitstream say, VP8 or VP8L.
 *
 * @param width pixels in a row, 1 to 16,384
 * @param height rows, 1 to 16,384
 * @param alpha whether pixels of VP8L have an alpha that means something; never for VP8, whose alpha has a chunk of its own
 */
record StreamHeader(boolean lossless, int width, int height, boolean alpha) {
    static final int VP8_BYTES = 10;
    static final int VP8L_BYTES = 5;

    private static final int VP8L_SIGNATURE = 0x2f;

    /** Bytes of a header that must be there. */
    static int bytes(boolean lossless) {
        return lossless ? VP8L_BYTES : VP8_BYTES;
    }

    /**
     * Reads the header at {@code at}, all of whose bytes are there.
     *
     * @param chunkBytes what the chunk's header gives as its length
     */
    static StreamHeader read(byte[] file, int at, long chunkBytes, boolean lossless, Damage damage)
            throws CodecException {
        return lossless ? readVp8l(file, at, damage) : readVp8(file, at, chunkBytes, damage);
    }

    private static StreamHeader readVp8(byte[] file, int at, long chunkBytes, Damage damage) throws CodecException {
        int tag = LittleEndian.int24(file, at);
        int signature = (file[at + 3] & 0xff) << 16 | (file[at + 4] & 0xff) << 8 | (file[at + 5] & 0xff);
        if (signature != 0x9d012a) {
            throw damage.corrupt("VP8 frame: expected the start code 9d012a, found %06x".formatted(signature));
        }
        if ((tag & 1) != 0) {
            throw damage.corrupt("VP8 frame: expected a key frame, found a predicted one");
        }
        if ((tag >> 1 & 7) > 3) {
            throw damage.corrupt("VP8 frame: expected a version of 0 to 3, found " + (tag >> 1 & 7));
        }
        if ((tag >> 4 & 1) == 0) {
            throw damage.corrupt("VP8 frame: expected one that is shown, found a hidden one");
        }
        if (tag >> 5 >= chunkBytes) {
            throw damage.corrupt("VP8 frame: expected a first partition in a chunk of " + chunkBytes
                    + " bytes, found one of " + (tag >> 5));
        }
        int width = LittleEndian.int16(file, at + 6) & 0x3fff;
        int height = LittleEndian.int16(file, at + 8) & 0x3fff;
        if (width == 0 || height == 0) {
            throw damage.corrupt("VP8 frame: expected at least one pixel, found " + width + "x" + height);
        }
        return new StreamHeader(false, width, height, false);
    }

    private static StreamHeader readVp8l(byte[] file, int at, Damage damage) throws CodecException {
        int signature = file[at] & 0xff;
        int fields = LittleEndian.int32(file, at + 1);
        if (signature != VP8L_SIGNATURE) {
            throw damage.corrupt("VP8L frame: expected the signature 2f, found %02x".formatted(signature));
        }
        if (fields >>> 29 != 0) {
            throw damage.corrupt("VP8L frame: expected version 0, found " + (fields >>> 29));
        }
        return new StreamHeader(true, (fields & 0x3fff) + 1, (fields >> 14 & 0x3fff) + 1, (fields >> 28 & 1) != 0);
    }
}
