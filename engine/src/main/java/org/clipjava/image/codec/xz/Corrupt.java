package org.clipjava.image.codec.xz;

import org.clipjava.image.codec.CodecException;

/** What to say of damaged data. */
final class Corrupt {
    private Corrupt() {}

    static CodecException xz(String what) {
        return new CodecException("corrupt XZ: " + what);
    }
}
