package org.clipjava.eval.metrics;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.eval.Predictions;

/**
 * Whether of the pictures that are classified with a confidence of 80 %, 80 % are right: by {@link #BINS} bins of equal width.
 * Immutable and thread-safe.
 *
 * @param bins from the lowest confidence to the highest, empty ones too
 */
public record Reliability(List<Bin> bins) {
    /** As in Guo et al. 2017. */
    public static final int BINS = 15;

    /** Copies the list. */
    public Reliability {
        bins = List.copyOf(bins);
    }

    /**
     * The pictures whose confidence is above a limit and at most the next.
     *
     * @param low the limit, which only the lowest bin includes
     * @param right of the pictures in it, those taken for what they are
     * @param confidence their mean; NaN of none
     */
    public record Bin(double low, double high, Proportion right, double confidence) {}

    /** Sorts predictions into bins. */
    public static Reliability of(Predictions predictions) {
        long[] counts = new long[BINS];
        long[] right = new long[BINS];
        double[] sums = new double[BINS];
        for (int i = 0; i < predictions.size(); i++) {
            if (predictions.has(i)) {
                double confidence = predictions.confidence(i);
                int bin = Math.clamp((int) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
                counts[bin]++;
                right[bin] += predictions.right(i) ? 1 : 0;
                sums[bin] += confidence;
            }
        }
        List<Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            bins.add(new Bin(
                    (double) bin / BINS,
                    (double) (bin + 1) / BINS,
                    new Proportion(right[bin], counts[bin]),
                    sums[bin] / counts[bin]));
        }
        return new Reliability(bins);
    }

    /** The expected calibration error: how far confidence and accuracy are apart in a bin, the mean over pictures; NaN of none. */
    public double expectedCalibrationError() {
        double sum = 0;
        long count = 0;
        for (Bin bin : bins) {
            long of = bin.right().of();
            if (of > 0) {
                sum += of * Math.abs(bin.right().value() - bin.confidence());
                count += of;
            }
        }
        return sum / count;
    }
}
