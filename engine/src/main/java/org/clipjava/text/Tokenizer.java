package org.clipjava.text;

import java.util.List;

/** Makes tokens of a text, as a model wants them. Implementations are immutable and thread-safe. */
public interface Tokenizer {

    /** The most tokens a text may have, those that begin and end it included. */
    int contextLength();

    /**
     * The tokens of a text: those that begin it, as many of the text's as fit, those that end it.
     *
     * @param text any text; an unpaired surrogate counts as U+FFFD
     */
    TokenSequence encode(String text);

    /** The sequence's tokens as the vocabulary writes them, for display. */
    List<String> tokens(TokenSequence sequence);

    /** The sequence's text as the model sees it, without the tokens that begin and end it. */
    String decode(TokenSequence sequence);
}
