package org.clipjava.eval;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * A picture that was taken for something else. Immutable and thread-safe.
 *
 * @param index the picture's place
 * @param truth its label's place
 * @param predicted the place of the label it was taken for
 * @param confidence that label's share of the softmax
 */
public record Mistake(int index, Path file, int truth, int predicted, float confidence) {
    /** The most confident first; of equals the one that stands before. */
    static final Comparator<Mistake> WORST_FIRST =
            Comparator.comparingDouble(Mistake::confidence).reversed().thenComparingInt(Mistake::index);
}
