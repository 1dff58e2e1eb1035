package org.clipjava.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What makes tokens of a text. The vocabulary itself is in the model file. Immutable and thread-safe. */
public sealed interface TokenizerConfig {
    /**
     * CLIP's byte-pair encoding. Where it meets a vocabulary its ids are held to that.
     *
     * @param startToken id that begins every text
     * @param endToken id that ends every text
     * @param added tokens that are looked for before words are; where two have the same text, the first counts
     */
    record ClipBpe(int startToken, int endToken, List<AddedToken> added) implements TokenizerConfig {
        public ClipBpe {
            added = List.copyOf(added);
            Set<Integer> ids = new HashSet<>();
            for (AddedToken token : added) {
                if (!ids.add(token.id())) {
                    throw new IllegalArgumentException(
                            "added tokens: expected each id once, found " + token.id() + " twice");
                }
            }
        }

        /** As CLIP's own: the start token is found in any case, the end token as it is written. */
        public ClipBpe(int startToken, int endToken) {
            this(startToken, endToken, ofClip(startToken, endToken));
        }

        /** Whether the tokens that are looked for are those of CLIP's own tokenizer. */
        public boolean hasAddedTokensOfClip() {
            return added.equals(ofClip(startToken, endToken));
        }

        private static List<AddedToken> ofClip(int startToken, int endToken) {
            return startToken == endToken
                    ? List.of(AddedToken.asWritten(endToken))
                    : List.of(AddedToken.normalized(startToken), AddedToken.asWritten(endToken));
        }
    }
}
