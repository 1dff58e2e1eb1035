package org.clipjava.eval.fit;

import org.clipjava.LinearClassifier;

/** Expected calibration error. */
final class CalibrationError {
    /** As Guo et al. (2017) have it. */
    static final int BINS = 15;

    private CalibrationError() {}

    /**
     * The mean distance, over pictures, of the best label's score from the share of right answers among those of about that score: in 15
     * bins of equal width.
     */
    static double of(LinearClassifier classifier, LabelledFeatures pictures) {
        Answers answers = Answers.of(classifier, pictures);
        double[] excess = new double[BINS];
        for (int n = 0; n < pictures.size(); n++) {
            double[] logits = answers.logits(answers.cosines(pictures.row(n)));
            int best = Answers.largest(logits);
            double score = Math.exp(-Answers.loss(logits, best));
            int bin = Math.min(BINS - 1, (int) (score * BINS));
            excess[bin] += score - (best == pictures.label(n) ? 1 : 0);
        }
        double sum = 0;
        for (double ofBin : excess) {
            sum += Math.abs(ofBin);
        }
        return sum / pictures.size();
    }
}
