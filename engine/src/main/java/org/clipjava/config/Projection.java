package org.clipjava.config;

/** How a tower's pooled state, [W], becomes an embedding, [E]. */
public enum Projection {
    /** Multiplied by a matrix, [E, W]. */
    LINEAR,
    /** The same, and a bias added, [E]. */
    LINEAR_WITH_BIAS,
    /** It is one already: W = E. */
    NONE
}
