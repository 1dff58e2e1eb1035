package org.clipjava.weights;

import java.util.function.IntConsumer;

/** Runs numbered pieces of work, on several threads if it likes. */
@FunctionalInterface
public interface Parallel {
    /** Calls {@code piece} with 0 to {@code pieces - 1} and returns when all are done. */
    void forEach(int pieces, IntConsumer piece);

    /** One after the other, on the calling thread. */
    static Parallel none() {
        return (pieces, piece) -> {
            for (int i = 0; i < pieces; i++) {
                piece.accept(i);
            }
        };
    }
}
