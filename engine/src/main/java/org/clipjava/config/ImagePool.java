package org.clipjava.config;

/** Which states of an image tower become the picture's embedding. Immutable and thread-safe. */
public sealed interface ImagePool {
    /** The state of the class token, behind the last layer and a LayerNorm: OpenAI's CLIP. */
    record ClassToken() implements ImagePool {}

    /**
     * A learned query attends to all states, behind the last layer and a LayerNorm; a LayerNorm, an MLP and a residual connection
     * follow: SigLIP's head.
     *
     * @param heads of the attention; the tower's width is a multiple of them
     * @param mlpWidth of the head's own MLP
     */
    record Attention(int heads, int mlpWidth) implements ImagePool {
        /**
         * A head.
         *
         * @throws IllegalArgumentException if it has no heads or no MLP
         */
        public Attention {
            ConfigChecks.inRange("pool heads", heads, 1, 1 << 16);
            ConfigChecks.inRange("pool mlp_width", mlpWidth, 1, 1 << 16);
        }
    }
}
