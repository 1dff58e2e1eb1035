package org.clipjava.model;

/** Told of every intermediate result of a forward pass, to compare it with the reference's. */
@FunctionalInterface
interface HiddenStates {
    /** Nobody asks. */
    HiddenStates UNOBSERVED = (name, values, rows) -> {};

    /**
     * One intermediate result.
     *
     * @param name {@code embeddings}, {@code ln_pre}, {@code layer.<i>}, {@code ln_post} or {@code ln_final}
     * @param values [rows, W], valid during the call only
     */
    void computed(String name, float[] values, int rows);
}
