package org.clipjava.config;

/** Which states of a text tower become the text's embedding. Immutable and thread-safe. */
public sealed interface TextPool {
    /**
     * The state where a token first stands, which ends the text: OpenAI's CLIP. Under a causal mask what follows it has no effect.
     *
     * @param token its id
     */
    record FirstOf(int token) implements TextPool {}

    /** The state at the context's last place, whatever token stands there: SigLIP. Texts are padded up to it. */
    record Last() implements TextPool {}

    /** The mean of all states, those of the tokens that begin and end the text among them: XLM-RoBERTa in OpenCLIP. */
    record Mean() implements TextPool {}
}
