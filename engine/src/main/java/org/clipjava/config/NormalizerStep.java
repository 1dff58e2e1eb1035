package org.clipjava.config;

/** A step of what a {@code tokenizer.json} does to a text before it looks for pieces. */
public enum NormalizerStep {
    /** SentencePiece's table of characters, as Rust's tokenizers read it: by extended grapheme clusters. */
    CHARSMAP,
    /** Character by character. */
    LOWERCASE,
    /** No whitespace at the start. */
    STRIP_LEFT,
    /** No whitespace at the end. */
    STRIP_RIGHT,
    /** Two spaces or more become one. */
    SPACES_TO_SPACE,
    /** Two spaces or more become one {@code ▁}. */
    SPACES_TO_MARK,
    /** Each space becomes {@code ▁}. */
    SPACE_TO_MARK
}
