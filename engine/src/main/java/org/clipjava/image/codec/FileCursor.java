package org.clipjava.image.codec;

/** Reads a whole file from front to back; where it ends too early, that is said. For one thread at a time. */
final class FileCursor {
    private final byte[] file;
    private final String format;
    private long at;

    /** @param format what messages call the file, as in "truncated BMP" */
    FileCursor(byte[] file, String format) {
        this.file = file;
        this.format = format;
    }

    /** Where the next byte is read; may lie beyond the end. */
    long at() {
        return at;
    }

    void seek(long to) {
        at = to;
    }

    /** How many bytes are left; 0 beyond the end. */
    long left() {
        return Math.max(0, file.length - at);
    }

    int u8() throws CodecException {
        need(1);
        return file[(int) at++] & 0xff;
    }

    int u16le() throws CodecException {
        return u8() | u8() << 8;
    }

    int u16be() throws CodecException {
        return u8() << 8 | u8();
    }

    long u32le() throws CodecException {
        return u16le() | (long) u16le() << 16;
    }

    long u32be() throws CodecException {
        return (long) u16be() << 16 | u16be();
    }

    void skip(long n) throws CodecException {
        need(n);
        at += n;
    }

    /** The place of so many bytes in the file, which are passed over. */
    int take(long n) throws CodecException {
        skip(n);
        return (int) (at - n);
    }

    private void need(long n) throws CodecException {
        if (n > left()) {
            throw truncated("the file ends in its headers");
        }
    }

    /**
     * To be called before room is made for pixels.
     *
     * @throws CodecException if fewer bytes are left
     */
    void needForPixels(long n, long width, long height) throws CodecException {
        if (n > left()) {
            throw truncated(
                    "expected at least " + n + " bytes for " + width + "x" + height + " pixels, found " + left());
        }
    }

    CodecException truncated(String how) {
        return new CodecException("truncated " + format + ": " + how);
    }

    CodecException corrupt(String what) {
        return new CodecException("corrupt " + format + ": " + what);
    }

    /** Of a kind that is not decoded; names what can be done. */
    CodecException unsupported(String what) {
        return new CodecException(format + ": " + what + "; convert it to PNG first");
    }
}
