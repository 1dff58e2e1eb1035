package org.clipjava.kernel;

import java.util.Optional;

/**
 * What attention compares: {@code softmax(a · bᵀ / √D + bias) · v}, where a and b are each queries or keys.
 *
 * @param asking a: what stands for the token that asks
 * @param asked b: what stands for the token that it looks at
 * @param bias of the scores, if there is one; spans then have a key for each token of its grid, and a query for each
 */
public record AttentionForm(Part asking, Part asked, Optional<Neighbourhood> bias) {
    /** Queries against keys, and nothing added (Vaswani et al., 2017). */
    public static final AttentionForm USUAL = new AttentionForm(Part.QUERY, Part.KEY, Optional.empty());

    /** A third of a row of queries, keys and values, [3W], that is compared. */
    public enum Part {
        /** The first W columns. */
        QUERY(0),
        /** The W columns behind it. */
        KEY(1);

        private final int third;

        Part(int third) {
            this.third = third;
        }

        int column(int width) {
            return third * width;
        }
    }
}
