package org.clipjava.spark;

/**
 * How much is done at a time.
 *
 * @param perTask pictures of a task, about: what a killed executor may have to do again on each of its cores, and what a file of
 *     the output holds
 * @param perRound pictures between two commits, about: what a killed driver has to do again
 */
public record RoundSize(int perTask, int perRound) {
    /** Tasks of half a minute on one core, rounds of an hour on some ten. */
    public static final RoundSize DEFAULT = new RoundSize(1000, 1_000_000);

    /** Checks that both are at least 1. */
    public RoundSize {
        if (perTask < 1 || perRound < 1) {
            throw new IllegalArgumentException(
                    "expected at least one picture a task and a round, found " + perTask + " and " + perRound);
        }
    }
}
