package org.clipjava;

import java.util.Comparator;
import java.util.List;

/**
 * What a picture was taken for. Immutable and thread-safe.
 *
 * @param scores one for each label, the best first; equal ones in the order of the labels
 */
public record Classification(List<Score> scores) {
    /** Sorts the scores; there is at least one. */
    public Classification {
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("a classification has at least one label");
        }
        // the sort is stable
        scores = scores.stream()
                .sorted(Comparator.comparingDouble(Score::logit).reversed())
                .toList();
    }

    /**
     * How well a label fits.
     *
     * @param score share of the softmax over all labels, 0 to 1; all labels' sum to 1
     * @param logit cosine times the model's logit scale, plus its bias if it has one
     * @param cosine of the angle between picture and label, -1 to 1
     */
    public record Score(String label, float score, float logit, float cosine) {
        /**
         * How likely the label fits, whatever the other labels are: 1 / (1 + e^-logit), 0 to 1. It means something where the model was
         * trained so, as its {@link org.clipjava.config.Scoring} says; of CLIP's logits it is about 1.
         */
        public double sigmoid() {
            return 1 / (1 + Math.exp(-logit));
        }
    }

    /** The label that fits best. */
    public Score best() {
        return scores.getFirst();
    }

    /** The {@code k} best, or all if there are fewer. */
    public List<Score> top(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("expected at least the best label, found top " + k);
        }
        return scores.subList(0, Math.min(k, scores.size()));
    }
}
