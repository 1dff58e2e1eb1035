package org.clipjava.image.codec.jp2;

import org.clipjava.image.codec.CodecException;

/** A part of a file, read from front to back, the highest byte of a number first. For one thread at a time. */
final class ByteInput {
    private final byte[] bytes;
    private final int end;
    private int at;

    ByteInput(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    int end() {
        return end;
    }

    int left() {
        return end - at;
    }

    void seek(int to) {
        at = to;
    }

    int u8() throws CodecException {
        need(1);
        return bytes[at++] & 0xff;
    }

    int u16() throws CodecException {
        return u8() << 8 | u8();
    }

    long u32() throws CodecException {
        return (long) u16() << 16 | u16();
    }

    void skip(long n) throws CodecException {
        need(n);
        at += (int) n;
    }

    /** The next so many bytes, which are passed over. */
    ByteInput take(long n) throws CodecException {
        int from = at;
        skip(n);
        return new ByteInput(bytes, from, at);
    }

    /** Whether a marker comes next; nothing is passed over. */
    boolean comes(int marker) {
        return left() >= 2 && (bytes[at] & 0xff) == marker >> 8 && (bytes[at + 1] & 0xff) == (marker & 0xff);
    }

    private void need(long n) throws CodecException {
        if (n > left()) {
            throw Damage.truncated("expected " + n + " more bytes at byte " + at + ", found " + left());
        }
    }
}
