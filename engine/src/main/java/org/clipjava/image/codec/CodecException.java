package org.clipjava.image.codec;

import java.io.IOException;

/**
 * A picture that can't be decoded: unsupported, corrupt, truncated or too large. The message is one line of what was expected and
 * found, and, where there is one, the cure. It does not name the picture: a codec does not know what it is called.
 */
public final class CodecException extends IOException {
    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }

    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
