package org.clipjava.error;

import java.io.IOException;

/**
 * What goes wrong with a model, a picture, a checkpoint, a backend or a hub: the root of all exceptions that clip-java has for what
 * comes from outside a program. The message is one line: what, where, what was expected and found, and, where there is one, the cure.
 *
 * {@snippet :
 * try (Clip clip = Clip.open(model)) {
 *     ...
 * } catch (ClipException e) {
 *     report(e.kind().name(), e.getMessage());
 * }
 * }
 *
 * <p>It is an {@link IOException}, since what can't be read for its content and what can't be read at all are mostly treated alike. Wrong
 * arguments are an {@link IllegalArgumentException}, and calls out of turn an {@link IllegalStateException}, as everywhere in Java.
 * Thread-safe.
 */
public abstract class ClipException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, for programs: the constant of an enumeration. More may be added. */
    public interface Kind {
        /** The constant's name, {@code MODEL_FORMAT}. */
        String name();
    }

    /** The kinds that need no telling apart within their class of exception. */
    public enum Common implements Kind {
        /** A model file or a checkpoint that can't be used as it is. */
        MODEL_FORMAT,
        /** A model of one tower, where the other is needed. */
        MISSING_TOWER,
        /** A picture that is unsupported, corrupt, truncated or too large. */
        IMAGE_FORMAT,
        /** Kernels or a backend that are asked for and can't be had here. */
        BACKEND_UNAVAILABLE,
        /** A checkpoint that does not tell something that its user has to. */
        CONVERSION_OPTIONS,
        /** Labelled pictures, or the names of their labels, that can't be used as they are. */
        DATASET
    }

    /** A message names file and place, what was expected and found, and the cure, in one line. */
    protected ClipException(String message) {
        super(message);
    }

    /** The same with what led to it. */
    protected ClipException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What went wrong, for programs. */
    public abstract Kind kind();
}
