package org.clipjava.spark;

/** An executor can't work with the model. The message is one line, and says on which machine. */
public final class UnusableModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableModelException(String message, Throwable cause) {
        super(message, cause);
    }

    UnusableModelException(String message) {
        super(message);
    }
}
