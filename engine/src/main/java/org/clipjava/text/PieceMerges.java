package org.clipjava.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.clipjava.safetensors.ModelFormatException;

/** Merges as sorted arrays, which are there as soon as they are read. */
final class PieceMerges implements Merges {
    private static final String MERGES = "tokenizer.merges";
    private static final int INTS = 4;

    /** Left, right, rank and result of each, in the order of left and right. */
    private final int[] merges;

    /** By rank: the token that comes out. */
    private final int[] results;

    private PieceMerges(int[] merges) {
        this.merges = merges;
        int ranks = 0;
        for (int i = 0; i < merges.length; i += INTS) {
            ranks = Math.max(ranks, Math.min(merges[i + 2], merges.length / INTS - 1) + 1);
        }
        this.results = new int[ranks];
        for (int i = 0; i < merges.length; i += INTS) {
            if (merges[i + 2] >= 0 && merges[i + 2] < ranks) {
                results[merges[i + 2]] = merges[i + 3];
            }
        }
    }

    /** @param merges left, right, rank and result of each */
    static PieceMerges of(List<int[]> merges) {
        int[] sorted = merges.stream()
                .sorted(Comparator.<int[]>comparingInt(merge -> merge[0]).thenComparingInt(merge -> merge[1]))
                .flatMapToInt(Arrays::stream)
                .toArray();
        return new PieceMerges(sorted);
    }

    static PieceMerges ofSorted(int[] merges) {
        return new PieceMerges(merges);
    }

    /** @throws ModelFormatException if a merge is of no pieces, stands twice, or is of a rank that makes something else */
    void check(int pieces) throws ModelFormatException {
        for (int i = 0; i < merges.length; i += INTS) {
            int merge = i / INTS;
            for (int part : new int[] {0, 1, 3}) {
                if (merges[i + part] < 0 || merges[i + part] >= pieces) {
                    throw new ModelFormatException("%s: merge %d: expected ids below %d, found %d"
                            .formatted(MERGES, merge, pieces, merges[i + part]));
                }
            }
            int rank = merges[i + 2];
            if (rank < 0 || rank >= results.length || results[rank] != merges[i + 3]) {
                throw new ModelFormatException(
                        MERGES + ": merge " + merge + ": expected a rank that makes one token, found " + rank);
            }
            if (i > 0 && pair(merge - 1) >= pair(merge)) {
                throw new ModelFormatException(
                        MERGES + ": merge " + merge + ": expected each pair once and in order, found another");
            }
        }
    }

    private long pair(int merge) {
        return (long) merges[merge * INTS] << 32 | merges[merge * INTS + 1];
    }

    @Override
    public int rank(int left, int right) {
        long wanted = (long) left << 32 | right;
        int low = 0;
        int high = merges.length / INTS - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = pair(middle);
            if (found == wanted) {
                return merges[middle * INTS + 2];
            }
            if (found < wanted) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NONE;
    }

    @Override
    public int result(int rank) {
        return results[rank];
    }

    int[] encoded() {
        return merges.clone();
    }
}
