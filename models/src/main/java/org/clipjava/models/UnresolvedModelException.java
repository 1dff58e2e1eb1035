package org.clipjava.models;

import org.clipjava.error.ClipException;

/** A name leads to no model file. The message is one line: what, where, why. Thread-safe. */
public final class UnresolvedModelException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** Why, for those who do different things about it. */
    public enum Kind implements ClipException.Kind {
        /** There is no such file. */
        NOT_FOUND,
        /** It is the name of a model of the hub, which is not in the store. The subject is that name. */
        NOT_PULLED,
        /** It is no file's name, and there is no folder of models to look in: the user has no home. */
        NO_STORE,
        /** It is a folder, and no checkpoint's. The subject is the folder. */
        NOT_A_CHECKPOINT,
        /** The checkpoint leaves open what only its user can know. The subject is its folder. */
        OPTIONS_NEEDED,
        /** The checkpoint is damaged, incomplete, or of no CLIP model. The subject is its folder. */
        BAD_CHECKPOINT
    }

    /** What went wrong. */
    private final Kind kind;
    /** What it is about. */
    private final String subject;

    UnresolvedModelException(Kind kind, String subject, String message) {
        super(message);
        this.kind = kind;
        this.subject = subject;
    }

    UnresolvedModelException(Kind kind, String subject, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.subject = subject;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    /** The name or the folder that it is about. */
    public String subject() {
        return subject;
    }
}
