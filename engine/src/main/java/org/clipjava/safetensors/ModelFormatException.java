package org.clipjava.safetensors;

import java.io.IOException;

/**
 * A model file or checkpoint that can't be used as it is. The message is one line that names the file, the place in it,
 * what was expected and found, and, where there is one, the cure.
 */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
