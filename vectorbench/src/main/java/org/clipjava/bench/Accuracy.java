package org.clipjava.bench;

/**
 * What narrow numbers cost two programs: the least cosine of their embeddings to those of the same model in f32.
 *
 * @param ours from -1 to 1
 * @param theirs from -1 to 1
 */
record Accuracy(double ours, double theirs) {
    /** Below it a program did not compute the same model, and its times mean nothing. */
    static final double LEAST = 0.99;

    static Accuracy of(float[][] ours, float[][] theirs, float[][] exact) {
        return new Accuracy(leastCosine(ours, exact), leastCosine(theirs, exact));
    }

    static double leastCosine(float[][] found, float[][] exact) {
        if (found.length != exact.length) {
            throw new IllegalArgumentException(found.length + " embeddings, expected " + exact.length);
        }
        double least = 1;
        for (int i = 0; i < found.length; i++) {
            least = Math.min(least, cosine(found[i], exact[i]));
        }
        return least;
    }

    /** -1 if they have no angle. */
    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaresOfA = 0;
        double squaresOfB = 0;
        for (int i = 0; i < a.length && a.length == b.length; i++) {
            product += (double) a[i] * b[i];
            squaresOfA += (double) a[i] * a[i];
            squaresOfB += (double) b[i] * b[i];
        }
        double cosine = product / Math.sqrt(squaresOfA * squaresOfB);
        return Double.isNaN(cosine) ? -1 : cosine;
    }

    boolean isEnough() {
        return ours >= LEAST && theirs >= LEAST;
    }
}
