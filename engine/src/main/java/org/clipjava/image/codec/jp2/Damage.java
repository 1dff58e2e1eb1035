package org.clipjava.image.codec.jp2;

import org.clipjava.image.codec.CodecException;

/** Errors on what a file holds, each one line. */
final class Damage {
    private Damage() {}

    /** The file ends before what it promises does. */
    static CodecException truncated(String what) {
        return new CodecException("truncated JPEG 2000: " + what);
    }

    /** The file says what cannot be. */
    static CodecException corrupt(String what) {
        return new CodecException("corrupt JPEG 2000: " + what);
    }

    /** Of a kind that is not decoded; names what can be done. */
    static CodecException unsupported(String what) {
        return new CodecException("JPEG 2000: " + what + "; save it as PNG with a program that reads it");
    }
}
