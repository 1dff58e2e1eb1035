package org.clipjava.image.codec.tiff;

import org.clipjava.image.codec.CodecException;

/** Rows of a decompressor that knows no rows. */
final class StreamRows implements PartRows {
    /** A decompressor. */
    interface Source {
        /**
         * Decompresses.
         *
         * @return how many bytes, fewer than asked for only where the data end
         * @throws CodecException if they are damaged
         */
        int read(byte[] out, int at, int n) throws CodecException;
    }

    private final Source source;

    StreamRows(Source source) {
        this.source = source;
    }

    @Override
    public boolean next(byte[] row) throws CodecException {
        try {
            return source.read(row, 0, row.length) == row.length;
        } catch (CodecException e) {
            throw new CodecException("TIFF: a strip or tile can't be decompressed: " + e.getMessage(), e);
        }
    }
}
