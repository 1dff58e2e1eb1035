package org.clipjava.encoder;

import java.util.List;
import org.clipjava.text.TokenSequence;

/** Turns texts into embeddings. Thread-safe; a text's result does not depend on those beside it. */
public interface TextEncoder {
    /**
     * Encodes a batch of any size. A text is pooled at its first end token; what follows it has no effect.
     *
     * @return [B, E], not normalised
     * @throws IllegalArgumentException if a text is longer than the context, has an id outside the vocabulary or no end
     *     token
     */
    float[][] encode(List<TokenSequence> texts);
}
