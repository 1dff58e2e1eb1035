package org.clipjava.config;

/** How a tower's pooled state, [W], becomes an embedding, [E]. */
public enum Projection {
    /** Multiplied by a matrix, [E, W]. */
    LINEAR,
    /** The same, and a bias added, [E]. */
    LINEAR_WITH_BIAS,
    /** Multiplied by a matrix, [(W + E) / 2, W], through GELU, and by another, [E, (W + E) / 2]: OpenCLIP's. Of a text tower. */
    MLP,
    /** It is one already: W = E. */
    NONE
}
