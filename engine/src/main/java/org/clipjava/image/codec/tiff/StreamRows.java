package org.clipjava.image.codec.tiff;

import org.clipjava.image.codec.CodecException;

/** Rows of a stream that is decompressed piece by piece. */
final class StreamRows implements PartRows {
    /** A decoder of such a stream. */
    interface Source {
        /** Fills {@code n} bytes, or fewer where the data end; returns how many. */
        int read(byte[] out, int from, int n) throws CodecException;
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
