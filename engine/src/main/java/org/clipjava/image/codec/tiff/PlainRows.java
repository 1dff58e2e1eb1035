package org.clipjava.image.codec.tiff;

/** Rows that are not compressed. */
final class PlainRows implements PartRows {
    private final byte[] data;
    private final int end;
    private int at;

    PlainRows(byte[] data, int start, int end) {
        this.data = data;
        this.at = start;
        this.end = end;
    }

    @Override
    public boolean next(byte[] row) {
        if (end - at < row.length) {
            return false;
        }
        System.arraycopy(data, at, row, 0, row.length);
        at += row.length;
        return true;
    }
}
