package org.clipjava.config;

/** Which states of a text tower become the text's embedding. Immutable and thread-safe. */
public sealed interface TextPool {
    /**
     * The state where a token first stands, which ends the text: OpenAI's CLIP. Under a causal mask what follows it has no effect.
     *
     * @param token its id
     */
    record FirstOf(int token) implements TextPool {}
}
