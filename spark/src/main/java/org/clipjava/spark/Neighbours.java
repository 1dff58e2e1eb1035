package org.clipjava.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.spark.unsafe.types.UTF8String;

/** The nearest so far, k at most. */
final class Neighbours {
    /** The nearer first; of those as near the path that comes first. */
    private static final Comparator<Neighbour> NEARER = Comparator.comparingDouble(Neighbour::cosine)
            .reversed()
            .thenComparing(Neighbour::path, Neighbours::compare);

    private final int k;
    private final PriorityQueue<Neighbour> farthestFirst;
    private float least = Float.NEGATIVE_INFINITY;

    /** As Spark orders texts: by their bytes in UTF-8. */
    static int compare(String path, String other) {
        return UTF8String.fromString(path).binaryCompare(UTF8String.fromString(other));
    }

    record Neighbour(String path, float cosine) {}

    Neighbours(int k) {
        this.k = k;
        this.farthestFirst = new PriorityQueue<>(NEARER.reversed());
    }

    void offer(String path, float cosine) {
        if (cosine < least) {
            return;
        }
        farthestFirst.add(new Neighbour(path, cosine));
        if (farthestFirst.size() > k) {
            farthestFirst.remove();
        }
        if (farthestFirst.size() == k) {
            least = farthestFirst.element().cosine();
        }
    }

    List<Neighbour> nearestFirst() {
        List<Neighbour> sorted = new ArrayList<>(farthestFirst);
        sorted.sort(NEARER);
        return sorted;
    }
}
