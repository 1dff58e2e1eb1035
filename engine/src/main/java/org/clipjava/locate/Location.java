package org.clipjava.locate;

import java.util.List;

/**
 * Where in a picture a label is. Immutable.
 *
 * @param map how well it fits each cell
 * @param rank how sure it is that the label is there at all: the share of background words, which are mostly not there, that fit no cell as
 *     well as it fits its best; 0 to below 1
 * @param detections the best first; empty where it is not there
 */
public record Location(String label, HeatMap map, double rank, List<Detection> detections) {
    /** Copies the list. */
    public Location {
        detections = List.copyOf(detections);
    }

    /** Whether it is there. */
    public boolean isThere() {
        return !detections.isEmpty();
    }
}
