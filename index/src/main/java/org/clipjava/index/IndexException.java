package org.clipjava.index;

import org.clipjava.error.ClipException;

/**
 * An index that can't be used as it is, or a query that can't be read: one line that says what, where and the cure.
 *
 * <p>Thread-safe.
 */
public final class IndexException extends ClipException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What went wrong. More may be added. */
    public enum Kind implements ClipException.Kind {
        /** There is no index in the folder. */
        NO_INDEX,
        /** The index was made by another model. */
        OTHER_MODEL,
        /** The index was made with drafts of large JPEGs, and this is without, or the other way round. */
        OTHER_DRAFT,
        /** Another process writes to it. */
        INDEX_IN_USE,
        /** Its files are damaged, or of a later clip-java. */
        DAMAGED_INDEX,
        /** A query that does not follow the language. */
        QUERY
    }

    IndexException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    IndexException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    static IndexException query(String message) {
        return new IndexException(Kind.QUERY, message);
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
