package org.clipjava.image.codec.webp;

import org.clipjava.image.codec.CodecException;

/** Errors on what a file holds, each one line. */
record Damage() {
    /** The file ends before what it promises does. */
    CodecException truncated(String what) {
        return new CodecException("truncated WebP: " + what);
    }

    /** The file says what cannot be. */
    CodecException corrupt(String what) {
        return new CodecException("corrupt WebP: " + what);
    }
}
