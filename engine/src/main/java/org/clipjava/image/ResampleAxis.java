package org.clipjava.image;

/** One dimension of the resize: how a window of the output depends on the source. */
final class ResampleAxis {
    /** Pillow's headroom: 8 bits for the sample, 2 for sums below 0 and above 1. */
    static final int PRECISION_BITS = 32 - 8 - 2;

    /** What a sum starts with, so that it is rounded. */
    static final int HALF = 1 << (PRECISION_BITS - 1);

    private final Resampling filter;
    private final int sourceSize;
    private final long outputSize;
    private final long windowStart;
    private final int windowSize;
    private final double scale;
    private final double filterScale;
    private final double support;
    private final double[] weights;

    ResampleAxis(Resampling filter, int sourceSize, long outputSize, long windowStart, int windowSize) {
        this.filter = filter;
        this.sourceSize = sourceSize;
        this.outputSize = outputSize;
        this.windowStart = windowStart;
        this.windowSize = windowSize;
        // Pillow holds the source's box in single precision.
        scale = (double) (float) sourceSize / outputSize;
        filterScale = Math.max(scale, 1);
        support = filter.support() * filterScale;
        weights = new double[isIdentity() ? 0 : (int) Math.min(2L * (long) Math.ceil(support) + 1, sourceSize)];
    }

    boolean isIdentity() {
        return sourceSize == outputSize;
    }

    /** The kernel of the window's pixel {@code index}. */
    Kernel kernel(int index) {
        double centre = (windowStart + index + 0.5) * scale;
        double reciprocal = 1 / filterScale;
        int first = Math.max((int) (centre - support + 0.5), 0);
        int n = Math.min((int) (centre + support + 0.5), sourceSize) - first;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            weights[i] = filter.weight((i + first - centre + 0.5) * reciprocal);
            sum += weights[i];
        }
        int[] fixed = new int[n];
        for (int i = 0; i < n; i++) {
            double weight = sum == 0 ? weights[i] : weights[i] / sum;
            fixed[i] = (int) (weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
        }
        return new Kernel(first, fixed);
    }

    /** A sum as a level, 0 to 255. */
    static int level(int sum) {
        return Math.max(0, Math.min(sum >> PRECISION_BITS, 255));
    }

    long windowStart() {
        return windowStart;
    }

    int windowSize() {
        return windowSize;
    }

    int sourceSize() {
        return sourceSize;
    }

    /** The most weights that a kernel has. */
    int longestKernel() {
        return weights.length;
    }

    /**
     * Source pixels {@code first} … and their weights, which add up to about 1 &lt;&lt; 22.
     *
     * @param weights [kernel's length]
     */
    record Kernel(int first, int[] weights) {
        int end() {
            return first + weights.length;
        }

        /** Zero beyond the ends. */
        int weight(int index) {
            return index >= 0 && index < weights.length ? weights[index] : 0;
        }
    }

    /** A row or column of the output, and what source rows or columns have added to it. */
    record Output(Kernel kernel, int[] sums) {}
}
