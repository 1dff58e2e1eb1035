package org.clipjava.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The best k of what is offered, by cosine; of equal ones those with the lower number. For one thread. */
final class Nearest {
    /**
     * A document.
     *
     * @param document its number in a snapshot
     * @param cosine -1 to 1
     */
    record Near(int document, float cosine) {}

    static final Comparator<Near> BEST_FIRST =
            Comparator.comparingDouble(Near::cosine).reversed().thenComparingInt(Near::document);

    private final int k;
    private final PriorityQueue<Near> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());
    private float least = Float.NEGATIVE_INFINITY;

    Nearest(int k) {
        this.k = k;
    }

    void offer(int document, float cosine) {
        if (worstFirst.size() == k && cosine < least) {
            return;
        }
        worstFirst.add(new Near(document, cosine));
        if (worstFirst.size() > k) {
            worstFirst.remove();
        }
        least = worstFirst.isEmpty()
                ? Float.NEGATIVE_INFINITY
                : worstFirst.element().cosine();
    }

    List<Near> bestFirst() {
        List<Near> all = new ArrayList<>(worstFirst);
        all.sort(BEST_FIRST);
        return List.copyOf(all);
    }
}
