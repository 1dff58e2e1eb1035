package org.clipjava.eval.locate;

import java.util.List;

/**
 * How well labels were found in one picture. Immutable.
 *
 * @param hits labels that are there and whose map is highest in one of their boxes
 * @param present labels that are there
 * @param found labels that are there and were found, wherever
 * @param absent labels that are not there
 * @param invented labels that are not there and were found
 * @param boxes all that were found
 * @param things how many things of each label there are, [labels]
 * @param common pixels that label and truth have in common, [labels]
 * @param covered pixels that either has, [labels]
 */
record LocatedResult(
        int hits,
        int present,
        int found,
        int absent,
        int invented,
        List<Judged> boxes,
        int[] things,
        long[] common,
        long[] covered) {
    /**
     * A box that was found.
     *
     * @param right whether it overlaps one of its label's by a half, and none before it did
     */
    record Judged(int label, float score, boolean right) {}
}
