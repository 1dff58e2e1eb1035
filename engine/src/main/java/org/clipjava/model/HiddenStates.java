package org.clipjava.model;

import org.clipjava.kernel.Activations;

/** Told of every intermediate result of a forward pass, to compare it with the reference's. */
@FunctionalInterface
interface HiddenStates {
    /**
     * One intermediate result.
     *
     * @param name {@code embeddings}, {@code ln_pre}, {@code layer.<i>}, {@code ln_post} or {@code ln_final}
     * @param values [rows, W], valid during the call only
     */
    void computed(String name, Activations values);
}
