package org.clipjava.text;

import java.util.Arrays;

/**
 * The merges of a vocabulary: from a pair of token ids to the merge's rank, and from the rank to the token it makes.
 *
 * <p>An open hash table over the pair as one long: the look-up is the inner loop of encoding, and boxing would be most
 * of its time.
 */
final class MergeTable implements Merges {
    private static final long EMPTY = -1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] lefts;
    private final int[] rights;
    private final int[] results;
    private int size;

    MergeTable(int merges) {
        // At most half full, so that probing ends soon.
        int slots = Math.max(2, Integer.highestOneBit(Math.max(1, merges)) * 4);
        this.pairs = new long[slots];
        this.ranks = new int[slots];
        this.lefts = new int[merges];
        this.rights = new int[merges];
        this.results = new int[merges];
        Arrays.fill(pairs, EMPTY);
    }

    /** Adds the merge of the next rank; false if the pair has one already. */
    boolean add(int left, int right, int result) {
        long pair = pair(left, right);
        int slot = slot(pair);
        if (pairs[slot] == pair) {
            return false;
        }
        pairs[slot] = pair;
        ranks[slot] = size;
        lefts[size] = left;
        rights[size] = right;
        results[size] = result;
        size++;
        return true;
    }

    @Override
    public int rank(int left, int right) {
        long pair = pair(left, right);
        int slot = slot(pair);
        return pairs[slot] == pair ? ranks[slot] : NONE;
    }

    int left(int rank) {
        return lefts[rank];
    }

    int right(int rank) {
        return rights[rank];
    }

    @Override
    public int result(int rank) {
        return results[rank];
    }

    int size() {
        return size;
    }

    /** Where the pair is, or the empty slot where it would go. */
    private int slot(long pair) {
        long hash = pair * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 32) & (pairs.length - 1);
        while (pairs[slot] != pair && pairs[slot] != EMPTY) {
            slot = (slot + 1) & (pairs.length - 1);
        }
        return slot;
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }
}
