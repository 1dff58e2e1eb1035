package org.clipjava.model;

import java.util.function.IntUnaryOperator;
import org.clipjava.kernel.Activations;

/**
 * Told of every intermediate result of the forward pass that {@code encode} runs, to compare it with the reference's. The pass computes
 * no more for that: of the last layer there are the pooled states alone.
 */
interface HiddenStates {
    /** Told nothing. */
    HiddenStates NONE = new HiddenStates() {
        @Override
        public void computed(String name, Activations values) {}

        @Override
        public void pooled(String name, Activations values, IntUnaryOperator input) {}
    };

    /** Told before anything is computed how the texts of a batch lie in the rows of {@link #computed}. */
    default void folded(PrefixTree tree) {}

    /**
     * The states of all tokens of a batch.
     *
     * @param name {@code embeddings}, {@code ln_pre} or {@code layer.<i>}; where all tokens are pooled {@code ln_final}, too
     * @param values [M, W], valid during the call only
     */
    void computed(String name, Activations values);

    /**
     * The states that are pooled.
     *
     * @param name {@code layer.<i>} of the last layer, {@code ln_post}, {@code ln_final}, {@code pool.attention} or {@code pool.mean}
     * @param values [B, W], valid during the call only
     * @param input which of the inputs the i-th row belongs to
     */
    void pooled(String name, Activations values, IntUnaryOperator input);
}
