package org.clipjava.bench;

/** One of the two programs with the input of one workload, ready to be timed. */
@FunctionalInterface
interface Contender extends AutoCloseable {
    /** Encodes the input once: [B, E], in the input's order. */
    float[][] encode();

    @Override
    default void close() {}
}
