package org.clipjava.eval.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.clipjava.eval.Predictions;

/** How many pictures of each label were taken for which, [K, K]. Immutable and thread-safe. */
public final class ConfusionMatrix {
    private final int[][] counts;

    private ConfusionMatrix(int[][] counts) {
        this.counts = counts;
    }

    /** Counts them. */
    public static ConfusionMatrix of(Predictions predictions) {
        int[][] counts = new int[predictions.labels()][predictions.labels()];
        for (int i = 0; i < predictions.size(); i++) {
            if (predictions.has(i)) {
                counts[predictions.truth(i)][predictions.predicted(i)]++;
            }
        }
        return new ConfusionMatrix(counts);
    }

    /** So many pictures of a label were taken for another. */
    public record Cell(int truth, int predicted, int count) {}

    /** K. */
    public int labels() {
        return counts.length;
    }

    /** Pictures of a label that were taken for a label. */
    public int count(int truth, int predicted) {
        return counts[truth][predicted];
    }

    /** All cells that are not empty, row by row. */
    public List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int truth = 0; truth < counts.length; truth++) {
            for (int predicted = 0; predicted < counts.length; predicted++) {
                if (counts[truth][predicted] > 0) {
                    cells.add(new Cell(truth, predicted, counts[truth][predicted]));
                }
            }
        }
        return cells;
    }

    /** The most frequent mistakes, at most so many. */
    public List<Cell> mostConfused(int most) {
        return cells().stream()
                .filter(cell -> cell.truth() != cell.predicted())
                .sorted(Comparator.comparingInt(Cell::count).reversed())
                .limit(most)
                .toList();
    }

    /** Of the pictures of a label, those taken for it. */
    public Proportion recall(int label) {
        long all = 0;
        for (int count : counts[label]) {
            all += count;
        }
        return new Proportion(counts[label][label], all);
    }

    /** Of the pictures taken for a label, those that are of it. */
    public Proportion precision(int label) {
        long all = 0;
        for (int[] row : counts) {
            all += row[label];
        }
        return new Proportion(counts[label][label], all);
    }
}
