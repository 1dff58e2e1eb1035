package org.clipjava.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The tokens of one text, from the start token to the end token, without padding.
 *
 * <p>Padding is left out because it never changes a result: under the causal mask no real token sees it. Immutable and thread-safe.
 */
public final class TokenSequence {
    private final int[] ids;
    private final boolean truncated;

    private TokenSequence(int[] ids, boolean truncated) {
        this.ids = ids;
        this.truncated = truncated;
    }

    /**
     * A sequence of these ids, copied.
     *
     * @param ids at least one id, none negative
     * @param truncated whether the text had more tokens than the context holds
     */
    public static TokenSequence of(int[] ids, boolean truncated) {
        if (ids.length == 0 || Arrays.stream(ids).anyMatch(id -> id < 0)) {
            throw new IllegalArgumentException(
                    "expected at least one token id, none negative: " + Arrays.toString(ids));
        }
        return new TokenSequence(ids.clone(), truncated);
    }

    /** How many tokens, the start and end tokens included. */
    public int length() {
        return ids.length;
    }

    /** The id of one token, from 0. */
    public int id(int position) {
        return ids[position];
    }

    /** A copy of the ids. */
    public int[] ids() {
        return ids.clone();
    }

    /** What each id stands for. */
    List<String> map(IntFunction<String> token) {
        return Arrays.stream(ids).mapToObj(token).toList();
    }

    /** Whether the text was cut to fit the context; the last id is the end token all the same. */
    public boolean truncated() {
        return truncated;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenSequence that && truncated == that.truncated && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + Boolean.hashCode(truncated);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids) + (truncated ? " (truncated)" : "");
    }
}
