package org.clipjava.image.codec.tiff;

import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.zstd.ZstdDecoder;

/** Rows that Zstandard compressed. */
final class ZstdRows implements PartRows {
    private final ZstdDecoder decoder;

    /** @param most bytes of all rows */
    ZstdRows(byte[] data, int start, int end, long most) {
        decoder = new ZstdDecoder(data, start, end, most);
    }

    @Override
    public boolean next(byte[] row) throws CodecException {
        try {
            return decoder.read(row, 0, row.length) == row.length;
        } catch (CodecException e) {
            throw new CodecException("TIFF: a strip or tile can't be decompressed: " + e.getMessage(), e);
        }
    }
}
