package org.clipjava.safetensors;

import org.clipjava.error.ClipException;
import org.clipjava.io.Shown;

/**
 * A model file or checkpoint that can't be used as it is. The message is one line of bounded length that names the file, the
 * place in it, what was expected and found, and, where there is one, the cure. Thread-safe.
 */
public final class ModelFormatException extends ClipException {
    private static final long serialVersionUID = 1L;

    // Names come from the file: one with a line break or an escape sequence must not reach a terminal or a log as such.
    /** A message begins with the file's name. */
    public ModelFormatException(String message) {
        super(Shown.message(message));
    }

    /** The same with what led to it. */
    public ModelFormatException(String message, Throwable cause) {
        super(Shown.message(message), cause);
    }

    @Override
    public ClipException.Kind kind() {
        return Common.MODEL_FORMAT;
    }
}
