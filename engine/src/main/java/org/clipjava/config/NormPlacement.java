package org.clipjava.config;

/** Where a layer's LayerNorms stand. */
public enum NormPlacement {
    /** Before attention and MLP, beside the residual stream, and one behind the last layer: OpenAI's CLIP. */
    BEFORE,
    /** Behind each sum of the residual stream and attention or MLP, and so none behind the last layer: BERT. */
    AFTER
}
