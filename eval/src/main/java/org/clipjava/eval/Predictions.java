package org.clipjava.eval;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clipjava.Classification.Score;

/**
 * What pictures were taken for, by their places: a few numbers a picture, so that a hundred thousand need a few megabytes. Pictures
 * that could not be read are left out, as those are whose place is beyond the last. For one thread while they are set, for all afterwards.
 */
public final class Predictions {
    /** As many of the best labels of a picture are kept. */
    public static final int KEPT = 5;

    private static final int ABSENT = -1;

    private final int labels;
    private final int kept;
    private int[] truths;
    private int[] best;
    private float[] confidences;
    private int size;

    /**
     * None yet.
     *
     * @param labels K
     * @param expected how many pictures there will be, as far as known
     */
    public Predictions(int labels, int expected) {
        this.labels = labels;
        this.kept = Math.min(KEPT, labels);
        this.truths = new int[Math.max(expected, 1)];
        this.best = new int[truths.length * kept];
        this.confidences = new float[truths.length];
        Arrays.fill(truths, ABSENT);
    }

    /**
     * Sets what a picture was taken for.
     *
     * @param index the picture's place
     * @param truth its label
     * @param top the best labels, the best first
     * @param indices the places of labels
     */
    void set(int index, int truth, List<Score> top, Map<String, Integer> indices) {
        int[] ranked = new int[kept];
        Arrays.setAll(ranked, rank -> indices.get(top.get(rank).label()));
        set(index, truth, ranked, top.getFirst().score());
    }

    /**
     * Sets what a picture was taken for.
     *
     * @param index the picture's place, from 0
     * @param truth its label
     * @param ranked its best labels, the best first: {@link #KEPT}, or as many as there are
     * @param confidence the best label's share of the softmax
     */
    public void set(int index, int truth, int[] ranked, float confidence) {
        if (ranked.length != kept || truth < 0 || truth >= labels || !(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("expected " + kept + " ranks, a label below " + labels
                    + " and a confidence of 0 to 1, found " + ranked.length + ", " + truth + " and " + confidence);
        }
        if (index >= truths.length) {
            int from = truths.length;
            int capacity = Math.max(index + 1, 2 * from);
            truths = Arrays.copyOf(truths, capacity);
            Arrays.fill(truths, from, capacity, ABSENT);
            best = Arrays.copyOf(best, capacity * kept);
            confidences = Arrays.copyOf(confidences, capacity);
        }
        truths[index] = truth;
        System.arraycopy(ranked, 0, best, index * kept, kept);
        confidences[index] = confidence;
        size = Math.max(size, index + 1);
    }

    /** K. */
    public int labels() {
        return labels;
    }

    /** One more than the last place. */
    public int size() {
        return size;
    }

    /** Whether the picture at this place could be read. */
    public boolean has(int index) {
        return truths[index] != ABSENT;
    }

    /** The label of a picture that {@link #has} says is there. */
    public int truth(int index) {
        return truths[index];
    }

    /** What a picture was taken for. */
    public int predicted(int index) {
        return best[index * kept];
    }

    /** Whether it was taken for what it is. */
    public boolean right(int index) {
        return predicted(index) == truths[index];
    }

    /** Where its own label stands among the best, from 0; {@link #KEPT} if it is not among those kept. */
    public int rank(int index) {
        for (int rank = 0; rank < kept; rank++) {
            if (best[index * kept + rank] == truths[index]) {
                return rank;
            }
        }
        return KEPT;
    }

    /** The best label's share of the softmax, 0 to 1. */
    public float confidence(int index) {
        return confidences[index];
    }

    /** How many could be read. */
    public int count() {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += has(i) ? 1 : 0;
        }
        return count;
    }
}
