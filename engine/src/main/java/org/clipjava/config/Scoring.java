package org.clipjava.config;

/** How cosines become scores. Immutable and thread-safe. */
public sealed interface Scoring {
    /** The softmax of all labels' logits, a logit being the cosine times the model's scale: CLIP. */
    record Softmax() implements Scoring {}

    /**
     * Each label by itself, 1 / (1 + e^-logit), a logit being the cosine times the model's scale, plus its bias: SigLIP. The softmax over
     * labels is as right as CLIP's, and the bias does not change it.
     */
    record Sigmoid() implements Scoring {}
}
