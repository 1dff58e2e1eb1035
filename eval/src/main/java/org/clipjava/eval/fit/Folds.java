package org.clipjava.eval.fit;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Pictures dealt out to folds. Every class is spread over the folds as evenly as its number allows, and so are all pictures together.
 *
 * @param count of folds, at least 2
 * @param fold of each picture, [N]
 */
record Folds(int count, int[] fold) {
    Folds {
        if (count < 2) {
            throw new IllegalArgumentException("expected at least 2 folds, found " + count);
        }
    }

    /** Shuffles each class, and deals the classes out one behind the other. */
    static Folds stratified(LabelledFeatures features, int count, long seed) {
        Random random = new Random(seed);
        int[] fold = new int[features.size()];
        int dealt = 0;
        for (List<Integer> indices : features.indicesByClass()) {
            Collections.shuffle(indices, random);
            for (int n : indices) {
                fold[n] = dealt++ % count;
            }
        }
        return new Folds(count, fold);
    }

    /** The pictures of one fold, in order. */
    int[] in(int which) {
        return IntStream.range(0, fold.length).filter(n -> fold[n] == which).toArray();
    }

    /** The pictures of all other folds, in order. */
    int[] outside(int which) {
        return IntStream.range(0, fold.length).filter(n -> fold[n] != which).toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Folds that && count == that.count && Arrays.equals(fold, that.fold);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(fold);
    }

    @Override
    public String toString() {
        return "Folds[" + count + " of " + fold.length + "]";
    }
}
