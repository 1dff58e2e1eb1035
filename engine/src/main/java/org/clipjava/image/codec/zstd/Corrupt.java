package org.clipjava.image.codec.zstd;

import org.clipjava.image.codec.CodecException;

/** What to say of damaged data. */
final class Corrupt {
    private Corrupt() {}

    static CodecException zstd(String what) {
        return new CodecException("corrupt Zstandard: " + what);
    }
}
