package org.clipjava.eval.fit;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.Embedding;

/**
 * Pictures as a classifier sees them: unit embeddings, [N, E], and the class of each. Takes 4·N·E bytes; selections share them.
 * Immutable and thread-safe.
 */
public final class LabelledFeatures {
    private final float[][] rows;
    private final int[] labels;
    private final List<String> classes;

    private LabelledFeatures(float[][] rows, int[] labels, List<String> classes) {
        this.rows = rows;
        this.labels = labels;
        this.classes = classes;
    }

    /**
     * Normalises and copies.
     *
     * @param embeddings N, at least one, each of E components, not necessarily of length 1
     * @param labels the index into {@code classes} of each, [N]
     * @param classes K names, at least one
     * @throws IllegalArgumentException otherwise
     * @throws ArithmeticException if an embedding has no direction
     */
    public static LabelledFeatures of(List<Embedding> embeddings, int[] labels, List<String> classes) {
        if (embeddings.isEmpty() || classes.isEmpty()) {
            throw new IllegalArgumentException("expected at least one picture and one class, found " + embeddings.size()
                    + " and " + classes.size());
        }
        if (labels.length != embeddings.size()) {
            throw new IllegalArgumentException(
                    "expected a label for each of " + embeddings.size() + " pictures, found " + labels.length);
        }
        float[][] rows = new float[embeddings.size()][];
        int width = embeddings.getFirst().dimension();
        for (int n = 0; n < rows.length; n++) {
            Embedding embedding = embeddings.get(n);
            if (embedding.dimension() != width) {
                throw new IllegalArgumentException("expected embeddings of " + width + " components, found "
                        + embedding.dimension() + " in row " + n);
            }
            if (labels[n] < 0 || labels[n] >= classes.size()) {
                throw new IllegalArgumentException(
                        "expected labels from 0 to " + (classes.size() - 1) + ", found " + labels[n] + " in row " + n);
            }
            rows[n] = embedding.normalized().toArray();
        }
        return new LabelledFeatures(rows, labels.clone(), List.copyOf(classes));
    }

    /** N. */
    public int size() {
        return rows.length;
    }

    /** E. */
    public int width() {
        return rows[0].length;
    }

    /** The names, [K]. */
    public List<String> classes() {
        return classes;
    }

    /** The class of picture {@code n}. */
    public int label(int n) {
        return labels[n];
    }

    /** A copy of the unit embedding of picture {@code n}. */
    public Embedding embedding(int n) {
        return Embedding.of(rows[n]);
    }

    /** The unit embedding of picture {@code n}, [E], itself: not to be written to. */
    float[] row(int n) {
        return rows[n];
    }

    /** Pictures of each class, [K]. */
    public int[] counts() {
        int[] counts = new int[classes.size()];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /** Pictures of the class that has fewest. */
    public int smallestClass() {
        int smallest = Integer.MAX_VALUE;
        for (int count : counts()) {
            smallest = Math.min(smallest, count);
        }
        return smallest;
    }

    /** The pictures of these indices, at least one, in their order; with all K classes. */
    public LabelledFeatures select(int... indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("expected at least one picture, found none");
        }
        float[][] someRows = new float[indices.length][];
        int[] someLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            someRows[i] = rows[indices[i]];
            someLabels[i] = labels[indices[i]];
        }
        return new LabelledFeatures(someRows, someLabels, classes);
    }

    /** The indices of each class's pictures, [K][count]. */
    List<List<Integer>> indicesByClass() {
        List<List<Integer>> indices = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            indices.add(new ArrayList<>());
        }
        for (int n = 0; n < labels.length; n++) {
            indices.get(labels[n]).add(n);
        }
        return indices;
    }
}
