package org.clipjava.config;

/** What makes tokens of a text. The vocabulary itself is in the model file. Immutable and thread-safe. */
public sealed interface TokenizerConfig {
    /**
     * CLIP's byte-pair encoding. Where it meets a vocabulary its ids are held to that.
     *
     * @param startToken id that begins every text
     * @param endToken id that ends every text
     */
    record ClipBpe(int startToken, int endToken) implements TokenizerConfig {}
}
