package org.clipjava.config;

/** How cosines become scores. Immutable and thread-safe. */
public sealed interface Scoring {
    /** The softmax of all labels' logits, a logit being the cosine times the model's scale: CLIP. */
    record Softmax() implements Scoring {}
}
