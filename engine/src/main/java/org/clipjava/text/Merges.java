package org.clipjava.text;

/** From a pair of token ids to the rank of its merge, and from the rank to the token that it makes. */
interface Merges {
    /** What {@link #rank} answers for a pair that is not merged. */
    int NONE = -1;

    /** The rank of this pair's merge, 0 the best, or {@link #NONE}. */
    int rank(int left, int right);

    /** The token that the merges of this rank make. */
    int result(int rank);
}
