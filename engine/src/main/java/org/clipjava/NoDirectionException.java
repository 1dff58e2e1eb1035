package org.clipjava;

/**
 * An embedding of length zero, or of one that is infinite or not a number, where a direction is needed. A sound model gives
 * none of either; one whose weights are too large does. Thread-safe.
 */
public final class NoDirectionException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    NoDirectionException(double norm) {
        super("expected an embedding with a direction, found one of length " + norm
                + "; the model's weights are too large, or not finite");
    }
}
