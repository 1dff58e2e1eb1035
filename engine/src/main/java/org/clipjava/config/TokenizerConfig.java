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
     * @param cleaning what is done to a text first
     * @param added tokens that are looked for before words are; where two have the same text, the first counts
     */
    record ClipBpe(int startToken, int endToken, TextCleaning cleaning, List<AddedToken> added)
            implements TokenizerConfig {
        /** Checks and copies the added tokens. */
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

        /** Without cleaning, and as Hugging Face's tokenizer: the start token is found in any case, the end token as it is written. */
        public ClipBpe(int startToken, int endToken) {
            this(startToken, endToken, TextCleaning.NONE);
        }

        /** With the added tokens of CLIP's own tokenizer: start and end. */
        public ClipBpe(int startToken, int endToken, TextCleaning cleaning) {
            this(startToken, endToken, cleaning, ofClip(startToken, endToken, cleaning));
        }

        /** Whether the tokens that are looked for are those of CLIP's own tokenizer. */
        public boolean hasAddedTokensOfClip() {
            return added.equals(ofClip(startToken, endToken, cleaning));
        }

        /** OpenAI's code finds both tokens in any case, since it lower-cases first. */
        private static List<AddedToken> ofClip(int startToken, int endToken, TextCleaning cleaning) {
            AddedToken end = cleaning == TextCleaning.ORIGINAL
                    ? AddedToken.normalized(endToken)
                    : AddedToken.asWritten(endToken);
            return startToken == endToken ? List.of(end) : List.of(AddedToken.normalized(startToken), end);
        }
    }

    /**
     * BERT's words, as they are written, each spelled in the fewest pieces from the left: WordPiece.
     *
     * @param begin ids that begin every text
     * @param end ids that end every text
     * @param unknownToken id of a word that the pieces don't spell
     * @param added tokens that are looked for before words are
     */
    record WordPiece(List<Integer> begin, List<Integer> end, int unknownToken, List<AddedToken> added)
            implements TokenizerConfig {
        /** Copies the lists. */
        public WordPiece {
            begin = List.copyOf(begin);
            end = List.copyOf(end);
            added = List.copyOf(added);
        }
    }

    /**
     * Pieces of SentencePiece, or of a byte-pair encoding made of such.
     *
     * @param algorithm how pieces are chosen
     * @param rules what is done to a text before
     * @param cleaning what is done to it first of all; never {@link TextCleaning#ORIGINAL}
     * @param begin ids that begin every text
     * @param end ids that end every text
     * @param unknownToken id of what is no piece
     * @param unknownScore what it costs to take a character for that; for {@link Algorithm#UNIGRAM}
     * @param byteFallback whether what is no piece is spelled in bytes, {@code <0x0A>}, where the vocabulary has them
     * @param added tokens that are looked for before pieces are
     */
    record Pieces(
            Algorithm algorithm,
            PieceRules rules,
            TextCleaning cleaning,
            List<Integer> begin,
            List<Integer> end,
            int unknownToken,
            double unknownScore,
            boolean byteFallback,
            List<AddedToken> added)
            implements TokenizerConfig {
        /** How pieces are chosen. */
        public enum Algorithm {
            /** Those whose scores have the greatest sum. */
            UNIGRAM,
            /** Two are merged, the best pair first. */
            BPE
        }

        /**
         * Copies the lists.
         *
         * @throws IllegalArgumentException if the score is no number, or the cleaning is CLIP's own
         */
        public Pieces {
            begin = List.copyOf(begin);
            end = List.copyOf(end);
            added = List.copyOf(added);
            if (!Double.isFinite(unknownScore)) {
                throw new IllegalArgumentException("unknown_score: expected a number, found " + unknownScore);
            }
            if (cleaning == TextCleaning.ORIGINAL) {
                throw new IllegalArgumentException("cleaning: expected none, canonical or cased, found original");
            }
        }
    }
}
