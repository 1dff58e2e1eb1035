package org.clipjava.image;

import org.clipjava.error.ClipException;

/**
 * A picture that can't be decoded: unsupported, corrupt, truncated or too large. The message is one line that names the
 * input, what was expected and found, and, where there is one, the cure. {@link ImageFailure#reason} gives it without the name.
 * Immutable and thread-safe.
 */
public final class ImageFormatException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** A message begins with the picture's name. */
    public ImageFormatException(String message) {
        super(message);
    }

    /** The same with what led to it. */
    public ImageFormatException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ClipException.Kind kind() {
        return Common.IMAGE_FORMAT;
    }
}
