package org.clipjava.bench;

/**
 * How far two programs' embeddings of the same input are apart.
 *
 * @param largest absolute difference of two components; infinite if either is not finite
 * @param row of the input where it is
 * @param column of the embedding
 */
record Agreement(double largest, int row, int column) {
    /** Beyond it the two did not compute the same, and their times mean nothing. */
    static final double TOLERANCE = 1e-3;

    static Agreement of(float[][] ours, float[][] theirs) {
        if (ours.length != theirs.length) {
            throw new IllegalArgumentException(ours.length + " embeddings of ours, " + theirs.length + " of theirs");
        }
        Agreement worst = new Agreement(0, 0, 0);
        for (int i = 0; i < ours.length; i++) {
            if (ours[i].length != theirs[i].length) {
                return new Agreement(Double.POSITIVE_INFINITY, i, Math.min(ours[i].length, theirs[i].length));
            }
            for (int j = 0; j < ours[i].length; j++) {
                double difference = Math.abs((double) ours[i][j] - theirs[i][j]);
                if (!Double.isFinite(difference)) {
                    return new Agreement(Double.POSITIVE_INFINITY, i, j);
                }
                if (difference > worst.largest) {
                    worst = new Agreement(difference, i, j);
                }
            }
        }
        return worst;
    }

    boolean withinTolerance() {
        return largest <= TOLERANCE;
    }
}
