package org.clipjava.machinecode;

import java.util.Optional;

/** Writes functions of an architecture, one behind the other. */
interface Loops {
    /**
     * Writes the functions that multiply with a set.
     *
     * @return where each begins: by the rows of a strip, or for tiles as {@link MachineCode#AHEAD} has them
     * @throws IllegalArgumentException if the set is another architecture's
     */
    int[] writeMultiply(InstructionSet set);

    /**
     * Writes what multiplies weights that the functions of a set can't, as {@link WeightPairs} says it.
     *
     * @return nothing if those multiply all
     */
    default Optional<OfAnyWeights> writeOfAnyWeights(InstructionSet set) {
        return Optional.empty();
    }

    /**
     * Where functions begin.
     *
     * @param check looks which functions it has to be
     * @param multiply by the rows of a strip
     */
    record OfAnyWeights(int check, int[] multiply) {}

    /**
     * Writes a function that does nothing but multiply, on registers. It takes the address of two numbers: rounds, and where a
     * {@linkplain AmxTiles#configure configuration} of tiles is.
     *
     * @param times that a round's body is written out
     * @return multiply-adds of a round
     * @throws IllegalArgumentException if the set is another architecture's
     */
    long writePeak(InstructionSet set, int times);

    /** All that was written. */
    byte[] toBytes();
}
