package org.clipjava.eval.fit;

import java.util.Arrays;
import java.util.List;

/**
 * Cosines that a picture of something else seldom exceeds. Labels differ in how near unrelated pictures lie to them, so a cosine is first
 * brought to standard units: {@code z = (cosine - level) / spread} of its label, mean and standard deviation over pictures
 * that are not of that label. Of n pictures of something else, other ones than those, let z be that of each one's best label. The
 * threshold is the z of rank ⌈(1 − a)·(n + 1)⌉, by split conformal prediction (Papadopoulos et al., 2002; Vovk et al., 2005): if a
 * further picture of something else is exchangeable with the n, the probability that its best label is accepted is at most a, for any
 * model, any labels and any n for which that rank exists. It is an average over the draw of the n pictures.
 */
final class Thresholds {
    private static final double LEAST_SPREAD = 1e-6;

    private final double[] level;
    private final double[] spread;

    /** A picture's best label, and its cosine. */
    record Best(int label, double cosine) {}

    private Thresholds(double[] level, double[] spread) {
        this.level = level;
        this.spread = spread;
    }

    /**
     * Levels and spreads.
     *
     * @param cosines of some pictures with all labels, [n][K]
     * @param labels of the same, -1 for none of the labels, [n]
     * @throws IllegalArgumentException if there are not two pictures of something else for every label
     */
    static Thresholds levels(double[][] cosines, int[] labels, int classes) {
        double[] level = new double[classes];
        double[] spread = new double[classes];
        for (int k = 0; k < classes; k++) {
            int count = 0;
            for (int n = 0; n < labels.length; n++) {
                if (labels[n] != k) {
                    level[k] += cosines[n][k];
                    count++;
                }
            }
            if (count < 2) {
                throw new IllegalArgumentException("thresholds need pictures of something else for every label, found "
                        + count + " for label " + (k + 1) + "; give pictures of more labels, or negatives");
            }
            level[k] /= count;
            for (int n = 0; n < labels.length; n++) {
                if (labels[n] != k) {
                    spread[k] += (cosines[n][k] - level[k]) * (cosines[n][k] - level[k]);
                }
            }
            spread[k] = Math.max(LEAST_SPREAD, Math.sqrt(spread[k] / (count - 1)));
        }
        return new Thresholds(level, spread);
    }

    /** How many pictures of something else a false-accept rate needs at least. */
    static int needed(double falseAccept) {
        int n = (int) Math.max(1, Math.floor(1 / falseAccept) - 2);
        while (rank(n, falseAccept) > n) {
            n++;
        }
        return n;
    }

    private static long rank(int n, double falseAccept) {
        // (1 - a)(n + 1) less its rounding, so that 0.95 · 20 is 19
        return (long) Math.ceil((1 - falseAccept) * (n + 1) - 1e-9);
    }

    /**
     * The cosines, [K], rounded up to float and cut to -1 to 1.
     *
     * @param others the best labels of pictures of something else
     * @throws IllegalArgumentException if these are too few for the rate
     */
    float[] cosines(List<Best> others, double falseAccept) {
        long rank = rank(others.size(), falseAccept);
        if (rank > others.size()) {
            throw new IllegalArgumentException("a false-accept rate of " + falseAccept + " needs at least "
                    + needed(falseAccept) + " pictures of something else to be set with, found " + others.size()
                    + "; give more pictures, or a higher rate");
        }
        double[] z = new double[others.size()];
        for (int n = 0; n < z.length; n++) {
            Best best = others.get(n);
            z[n] = (best.cosine - level[best.label]) / spread[best.label];
        }
        Arrays.sort(z);
        double quantile = z[(int) rank - 1];
        float[] cosines = new float[level.length];
        for (int k = 0; k < cosines.length; k++) {
            double cosine = level[k] + quantile * spread[k];
            cosines[k] = Math.clamp(Math.nextUp((float) cosine), -1, 1);
        }
        return cosines;
    }
}
