package org.clipjava.index;

/**
 * How an index keeps its vectors. Immutable; more properties may be added.
 *
 * {@snippet :
 * IndexOptions options = IndexOptions.defaults().withQuantised(true);
 * }
 */
public final class IndexOptions {
    private static final IndexOptions DEFAULTS = new IndexOptions(false);

    private final boolean quantised;

    private IndexOptions(boolean quantised) {
        this.quantised = quantised;
    }

    /** Float vectors. */
    public static IndexOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The same with a copy of each vector in 7 bits a component, which is what a search reads: a quarter of the memory. The floats stay
     * on disk, and the order of what is found is theirs.
     */
    public IndexOptions withQuantised(boolean wanted) {
        return new IndexOptions(wanted);
    }

    /** Whether vectors are searched in 7 bits. */
    public boolean quantised() {
        return quantised;
    }
}
