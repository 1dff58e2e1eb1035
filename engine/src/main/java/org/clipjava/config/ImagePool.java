package org.clipjava.config;

/** Which states of an image tower become the picture's embedding. Immutable and thread-safe. */
public sealed interface ImagePool {
    /** The state of the class token, behind the last layer and a LayerNorm: OpenAI's CLIP. */
    record ClassToken() implements ImagePool {}
}
