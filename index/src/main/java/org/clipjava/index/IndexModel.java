package org.clipjava.index;

import org.clipjava.Clip;

/**
 * The model whose embeddings an index holds.
 *
 * @param fingerprint {@link Clip#fingerprint}
 * @param dimension E
 * @param name what its user calls it, for messages
 */
public record IndexModel(String fingerprint, int dimension, String name) {
    /** Checks the dimension. */
    public IndexModel {
        if (dimension < 1) {
            throw new IllegalArgumentException("expected a dimension of at least 1, found " + dimension);
        }
    }

    /** An open model. */
    public static IndexModel of(Clip clip, String name) {
        return new IndexModel(clip.fingerprint(), clip.config().embedDim(), name);
    }
}
