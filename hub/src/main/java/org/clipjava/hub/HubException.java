package org.clipjava.hub;

import org.clipjava.error.ClipException;

/** The hub could not give what was asked for. The message is one line: what, where, why, and the cure. Thread-safe. */
public final class HubException extends ClipException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    private final Kind kind;

    /** What went wrong, for those who do different things about it. */
    public enum Kind implements ClipException.Kind {
        /** No such repository, revision or file; also where one may not know whether there is. */
        NOT_FOUND,
        /** It is there, and wants a token or an agreement. */
        DENIED,
        /** Not in the cache, and the network is not to be used. */
        OFFLINE,
        /** The hub can't be reached, or breaks off again and again. */
        NETWORK,
        /** Too many requests. */
        RATE_LIMITED,
        /** The hub answers with an error of its own, or with what makes no sense. */
        SERVER,
        /** What came is not what was announced. */
        CORRUPT,
        /** It can't be written: the disk is full, or the folder not writable. */
        DISK
    }

    HubException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    HubException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
