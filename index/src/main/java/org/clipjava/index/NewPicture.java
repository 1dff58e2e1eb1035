package org.clipjava.index;

import java.util.Objects;
import org.clipjava.Embedding;

/**
 * A picture that goes into an index.
 *
 * @param picture what is known of it
 * @param embedding [E], of any length but zero
 * @param thumbnail a JPEG
 */
public record NewPicture(IndexedPicture picture, Embedding embedding, byte[] thumbnail) {
    /** Checks for null. */
    public NewPicture {
        Objects.requireNonNull(picture);
        Objects.requireNonNull(embedding);
        Objects.requireNonNull(thumbnail);
    }
}
