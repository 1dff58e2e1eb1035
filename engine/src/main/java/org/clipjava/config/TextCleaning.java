package org.clipjava.config;

/** What is done to a text before it is normalised and split into words. */
public enum TextCleaning {
    /** Nothing, as Hugging Face's tokenizer for CLIP. */
    NONE,
    /**
     * What OpenAI's and OpenCLIP's own tokenizers do: text that was decoded wrongly (mojibake) is repaired as ftfy does, HTML's entities
     * are resolved, ligatures, wide characters and typographic quotes become plain ones, characters of control go.
     */
    ORIGINAL,
    /** What OpenCLIP does for SigLIP: the same, and then no ASCII punctuation, but a space for each underscore. */
    CANONICAL,
    /** What OpenCLIP does for tokenizers of other models, as XLM-RoBERTa's: as {@link #ORIGINAL}, but letters keep their case. */
    CASED,
    /** What big_vision does for SigLIP: A to Z are put into lower case, and nothing else. */
    LOWER_ASCII
}
