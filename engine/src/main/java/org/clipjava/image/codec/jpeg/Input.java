package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import org.clipjava.image.codec.CodecException;

/**
 * The file's bytes, the place that is read next, and the marker that was found but not yet acted upon.
 *
 * <p>That the bytes end is an {@link EOFException}: what it means depends on what is read.
 */
final class Input {
    final byte[] bytes;

    /** The next byte; before it lies {@link #marker}, if there is one. */
    int position;

    /** Bytes from here on are not read. */
    int end;

    /** A marker's second byte, or 0: none was found. */
    int marker;

    Input(byte[] bytes) {
        this(bytes, 0);
    }

    Input(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
        this.end = bytes.length;
    }

    int unsignedByte() throws EOFException {
        if (position >= end) {
            throw new EOFException();
        }
        return bytes[position++] & 0xff;
    }

    int unsignedShort() throws EOFException {
        int high = unsignedByte();
        return high << 8 | unsignedByte();
    }

    void skip(int count) throws EOFException {
        if (count > end - position) {
            position = end;
            throw new EOFException();
        }
        position += count;
    }

    /** Skips whatever lies before the next marker, as libjpeg does, and makes it {@link #marker}. */
    void findMarker() throws EOFException {
        int found;
        do {
            do {
                found = unsignedByte();
            } while (found != 0xff);
            do {
                found = unsignedByte();
            } while (found == 0xff);
        } while (found == 0);
        marker = found;
    }

    CodecException truncated() {
        return new CodecException(
                "truncated JPEG: the file of " + bytes.length + " bytes ends before its picture does");
    }

    CodecException corrupt(String what) {
        return new CodecException("corrupt JPEG: " + what);
    }

    /** Of what is well-formed, but not decoded. */
    CodecException unsupported(String expectedFoundAndCure) {
        return new CodecException("JPEG: " + expectedFoundAndCure);
    }

    /** Of any format, as its other decoders say it. */
    CodecException refused(String what) {
        return new CodecException(what);
    }
}
