package org.clipjava.error;

/**
 * Kernels or a backend that are asked for and can't be had here, or that can't run this model. The message says what is missing.
 *
 * <p>Thread-safe.
 */
public final class BackendUnavailableException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** A message says what is missing, and the cure, in one line. */
    public BackendUnavailableException(String message) {
        super(message);
    }

    /** The same with what led to it. */
    public BackendUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public Kind kind() {
        return Common.BACKEND_UNAVAILABLE;
    }
}
