package org.clipjava.text;

import java.util.Arrays;

/**
 * Merges the symbols of one word: always the pair of the best rank, of equal ones the leftmost, until none is left.
 *
 * <p>The symbols form a linked list and the candidates a heap, so a word of n bytes takes O(n log n) where trying all
 * pairs after each merge would take O(n²). Serves one word after another; not thread-safe.
 */
final class WordMerger {
    private static final int GONE = -1;
    private static final int END = -1;

    /** Of a node of the heap: four lie side by side, so a long word's heap has half the levels, each a cache miss. */
    private static final int CHILDREN = 4;

    private final Merges merges;
    private int[] previous = new int[32];
    private int[] next = new int[32];

    /** Candidates, rank above position: a heap, the smallest first. */
    private long[] heap = new long[32];

    private int candidates;

    WordMerger(Merges merges) {
        this.merges = merges;
    }

    /**
     * Merges in place.
     *
     * @param symbols token ids
     * @param length how many of them form the word
     * @return how many are left, at the front of {@code symbols}
     */
    int merge(int[] symbols, int length) {
        if (length < 2) {
            return length;
        }
        link(length);
        candidates = 0;
        for (int at = 0; at + 1 < length; at++) {
            propose(symbols, at);
        }
        while (candidates > 0) {
            long best = poll();
            int at = (int) best;
            int result = merges.result((int) (best >>> 32));
            if (symbols[at] == GONE || next[at] == END) {
                continue;
            }
            int right = next[at];
            int rank = merges.rank(symbols[at], symbols[right]);
            // A neighbour may have been merged since. As in the reference, what counts is the token that comes out, not
            // that the pair is the one proposed.
            if (rank == Merges.NONE || merges.result(rank) != result) {
                continue;
            }
            symbols[at] = result;
            symbols[right] = GONE;
            next[at] = next[right];
            if (next[at] != END) {
                previous[next[at]] = at;
                propose(symbols, at);
            }
            if (previous[at] != END) {
                propose(symbols, previous[at]);
            }
        }
        int left = 0;
        for (int at = 0; at != END; at = next[at]) {
            symbols[left++] = symbols[at];
        }
        return left;
    }

    private void link(int length) {
        if (next.length < length) {
            int capacity = Math.max(length, 2 * next.length);
            previous = new int[capacity];
            next = new int[capacity];
        }
        for (int at = 0; at < length; at++) {
            previous[at] = at - 1;
            next[at] = at + 1;
        }
        next[length - 1] = END;
    }

    private void propose(int[] symbols, int at) {
        int rank = merges.rank(symbols[at], symbols[next[at]]);
        if (rank != Merges.NONE) {
            offer((long) rank << 32 | at);
        }
    }

    private void offer(long candidate) {
        if (candidates == heap.length) {
            heap = Arrays.copyOf(heap, 2 * heap.length);
        }
        int hole = candidates++;
        while (hole > 0 && heap[(hole - 1) / CHILDREN] > candidate) {
            heap[hole] = heap[(hole - 1) / CHILDREN];
            hole = (hole - 1) / CHILDREN;
        }
        heap[hole] = candidate;
    }

    private long poll() {
        long best = heap[0];
        long last = heap[--candidates];
        int hole = 0;
        for (int first = 1; first < candidates; first = CHILDREN * hole + 1) {
            int child = first;
            for (int other = first + 1; other < Math.min(first + CHILDREN, candidates); other++) {
                if (heap[other] < heap[child]) {
                    child = other;
                }
            }
            if (heap[child] >= last) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = last;
        return best;
    }
}
