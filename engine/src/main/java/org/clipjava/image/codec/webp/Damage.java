package org.clipjava.image.codec.webp;

import org.clipjava.image.ImageFormatException;

/** Errors on what a file holds, each one line. */
record Damage(String name) {
    /** The file ends before what it promises does. */
    ImageFormatException truncated(String what) {
        return new ImageFormatException(name + ": truncated WebP: " + what);
    }

    /** The file says what cannot be. */
    ImageFormatException corrupt(String what) {
        return new ImageFormatException(name + ": corrupt WebP: " + what);
    }
}
