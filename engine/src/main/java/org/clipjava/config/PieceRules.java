package org.clipjava.config;

import java.util.List;

/** How a text becomes what pieces are looked for in. Immutable and thread-safe. */
public sealed interface PieceRules {
    /**
     * As a {@code tokenizer.json} says, in Rust's tokenizers. Scores are added in double precision.
     *
     * @param normalizer what is done first, in order
     * @param split what is cut then
     */
    record TokenizerJson(List<NormalizerStep> normalizer, Split split) implements PieceRules {
        /** Copies the steps. */
        public TokenizerJson {
            normalizer = List.copyOf(normalizer);
        }
    }

    /** What a normalised text is cut into; each part is taken for itself. */
    enum Split {
        /** Nothing: all of it is one part. */
        NONE,
        /** Words, each from its {@code ▁} on, which the text and each part behind an added token begins with. */
        MARK_ALWAYS,
        /** The same; only the text itself begins with {@code ▁}. */
        MARK_FIRST,
        /** The same; nothing is put in front. */
        MARK_NEVER,
        /** What whitespace separates, each with a {@code ▁} before it. */
        WORDS,
        /** GPT-2's words, each with the space before it, in the alphabet that it has for bytes; for merges alone. */
        BYTE_LEVEL
    }

    /**
     * As SentencePiece itself does it with a {@code .model}. Scores are added in single precision.
     *
     * @param dummyPrefix whether a text begins with {@code ▁}
     * @param removeExtraWhitespaces whether whitespace at the ends, and all but one within, goes
     */
    record SentencePiece(boolean dummyPrefix, boolean removeExtraWhitespaces) implements PieceRules {}

    /**
     * As SigLIP's tokenizer in Hugging Face's Python does it with a {@code .model}: lower case, no ASCII punctuation, and the end token
     * not twice.
     *
     * @param dummyPrefix as the {@code .model} says; the tokenizer works around it
     * @param removeExtraWhitespaces as the {@code .model} says
     */
    record Siglip(boolean dummyPrefix, boolean removeExtraWhitespaces) implements PieceRules {}
}
