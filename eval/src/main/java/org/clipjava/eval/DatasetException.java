package org.clipjava.eval;

import org.clipjava.error.ClipException;

/**
 * Labelled pictures, or the names of their labels, that can't be used as they are: one line that says what, where and the cure.
 *
 * <p>Thread-safe.
 */
public final class DatasetException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** A message names the file and the place, what was expected and found, and the cure, in one line. */
    public DatasetException(String message) {
        super(message);
    }

    /** The same with what led to it. */
    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ClipException.Kind kind() {
        return Common.DATASET;
    }
}
