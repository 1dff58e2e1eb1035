package org.clipjava.kernel;

import java.util.stream.IntStream;

/**
 * Rows that attend together: queries that stand one after the other, and the rows whose keys and values they see. Keys may
 * lie anywhere, so several spans can share some.
 *
 * @param firstQuery row of the first query
 * @param queries how many queries there are
 * @param keys rows of the keys, in the order of the sequence
 * @param causal whether the queries are the sequence's end, and each sees only the keys up to its own: the last all, the
 *     one before all but one
 */
public record Span(int firstQuery, int queries, int[] keys, boolean causal) {
    public Span {
        if (queries < 1 || keys.length < 1 || (causal && keys.length < queries)) {
            throw new IllegalArgumentException(queries + " queries over " + keys.length + " keys");
        }
    }

    /** Rows {@code first} to {@code first + length - 1}, each of which sees all of them. */
    public static Span of(int first, int length) {
        return new Span(first, length, IntStream.range(first, first + length).toArray(), false);
    }

    /** How many keys query {@code i} sees. */
    int seen(int i) {
        return causal ? keys.length - queries + i + 1 : keys.length;
    }
}
