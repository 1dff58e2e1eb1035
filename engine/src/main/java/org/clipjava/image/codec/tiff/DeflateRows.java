package org.clipjava.image.codec.tiff;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.clipjava.image.codec.CodecException;

/** Rows that zlib has deflated. */
final class DeflateRows implements PartRows {
    private final Inflater inflater = new Inflater();

    DeflateRows(byte[] data, int start, int end) {
        inflater.setInput(data, start, end - start);
    }

    @Override
    public boolean next(byte[] row) throws CodecException {
        int n = 0;
        while (n < row.length) {
            int some;
            try {
                some = inflater.inflate(row, n, row.length - n);
            } catch (DataFormatException e) {
                throw new CodecException("corrupt TIFF: pixels can't be inflated: " + e.getMessage(), e);
            }
            if (some == 0) {
                return false;
            }
            n += some;
        }
        return true;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
