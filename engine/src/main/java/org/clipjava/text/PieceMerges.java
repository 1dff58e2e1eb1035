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

    private PieceMerges(int[] merges, int[] results) {
        this.merges = merges;
        this.results = results;
    }

    /** In their order: left, right, rank and result of each. */
    static int[] sorted(List<int[]> merges) {
        return merges.stream()
                .sorted(Comparator.<int[]>comparingInt(merge -> merge[0]).thenComparingInt(merge -> merge[1]))
                .flatMapToInt(Arrays::stream)
                .toArray();
    }

    /**
     * Merges of so many pieces.
     *
     * @throws ModelFormatException if one is of no pieces, stands twice, or is of a rank that makes something else
     */
    static PieceMerges of(int[] merges, int pieces) throws ModelFormatException {
        int count = merges.length / INTS;
        int[] results = new int[count];
        Arrays.fill(results, NONE);
        long before = -1;
        for (int merge = 0; merge < count; merge++) {
            int left = merges[merge * INTS];
            int right = merges[merge * INTS + 1];
            int rank = merges[merge * INTS + 2];
            int result = merges[merge * INTS + 3];
            if (Math.min(left, Math.min(right, result)) < 0 || Math.max(left, Math.max(right, result)) >= pieces) {
                throw new ModelFormatException("%s: merge %d: expected ids below %d, found %d and %d, which make %d"
                        .formatted(MERGES, merge, pieces, left, right, result));
            }
            if (rank < 0 || rank >= count || (results[rank] != NONE && results[rank] != result)) {
                throw new ModelFormatException(
                        MERGES + ": merge " + merge + ": expected a rank that makes one token, found " + rank);
            }
            results[rank] = result;
            long pair = (long) left << 32 | right;
            if (pair <= before) {
                throw new ModelFormatException(
                        MERGES + ": merge " + merge + ": expected each pair once and in order, found another");
            }
            before = pair;
        }
        return new PieceMerges(merges, results);
    }

    @Override
    public int rank(int left, int right) {
        long wanted = (long) left << 32 | right;
        int low = 0;
        int high = merges.length / INTS - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = (long) merges[middle * INTS] << 32 | merges[middle * INTS + 1];
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
