package org.clipjava.image.codec.zstd;

import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.LittleEndian;

/** Bytes of a block, which may not be left; numbers have their lowest byte first. */
final class ByteInput {
    private final byte[] data;
    private final int end;
    private int at;

    ByteInput(byte[] data, int start, int end) {
        this.data = data;
        this.at = start;
        this.end = end;
    }

    byte[] data() {
        return data;
    }

    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    int unsigned() throws CodecException {
        return data[skip(1)] & 0xff;
    }

    int unsigned(int bytes) throws CodecException {
        return (int) LittleEndian.number(data, skip(bytes), bytes);
    }

    /** Where the bytes begin that are skipped. */
    int skip(int bytes) throws CodecException {
        if (bytes > left()) {
            throw Corrupt.zstd("expected " + bytes + " bytes more in a block, found " + left());
        }
        int from = at;
        at += bytes;
        return from;
    }
}
