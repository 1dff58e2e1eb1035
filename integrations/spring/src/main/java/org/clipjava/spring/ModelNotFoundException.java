package org.clipjava.spring;

/** {@code clip.model} leads to no model that can be opened. */
public final class ModelNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    private final String action;

    ModelNotFoundException(String message, String action) {
        super(message);
        this.action = action;
    }

    ModelNotFoundException(String message, String action, Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** What to do about it, for a person. */
    public String action() {
        return action;
    }
}
