package org.clipjava.encoder;

import java.util.List;
import org.clipjava.text.TokenSequence;

/** Turns texts into embeddings. Thread-safe; a text's result does not depend on those beside it. */
public interface TextEncoder {
    /**
     * Encodes a batch of any size. A text is padded where its tower reads padding, and pooled as the configuration says.
     *
     * @return [B, E], not normalised
     * @throws IllegalArgumentException if a text is longer than the context, has an id outside the vocabulary, or no
     *     end token where it is to be pooled there
     */
    float[][] encode(List<TokenSequence> texts);
}
