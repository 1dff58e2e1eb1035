package org.clipjava.eval.fit;

import java.util.List;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;

/** A classifier's logits for many pictures, as {@link LinearClassifier#classify} has them but without an object for each score. */
final class Answers {
    private final float[][] directions;
    private final float[] scale;
    private final float[] bias;

    Answers(LinearClassifier classifier) {
        List<Embedding> rows = classifier.directions();
        this.directions = new float[rows.size()][];
        for (int k = 0; k < directions.length; k++) {
            directions[k] = rows.get(k).toArray();
        }
        this.scale = classifier.scale();
        this.bias = classifier.bias();
    }

    /** Refuses a classifier of other labels than the pictures', or in another order. */
    static Answers of(LinearClassifier classifier, LabelledFeatures features) {
        if (!classifier.labels().equals(features.classes())) {
            throw new IllegalArgumentException("expected a classifier of the pictures' "
                    + features.classes().size() + " classes, in their order, found one of "
                    + classifier.labels().size() + " labels");
        }
        if (classifier.dimension() != features.width()) {
            throw new IllegalArgumentException("expected a classifier of " + features.width()
                    + " components, found one of " + classifier.dimension());
        }
        return new Answers(classifier);
    }

    /** The cosine of each label, [K], of a unit embedding, [E]. */
    double[] cosines(float[] row) {
        double[] cosines = new double[directions.length];
        for (int k = 0; k < cosines.length; k++) {
            float[] direction = directions[k];
            double sum = 0;
            for (int e = 0; e < direction.length; e++) {
                sum += (double) row[e] * direction[e];
            }
            cosines[k] = sum;
        }
        return cosines;
    }

    /** The logits of cosines, [K]. */
    double[] logits(double[] cosines) {
        double[] logits = new double[cosines.length];
        for (int k = 0; k < logits.length; k++) {
            logits[k] = scale[k] * cosines[k] + bias[k];
        }
        return logits;
    }

    /** The label of each picture, [N]; the first of equal ones. */
    int[] best(LabelledFeatures features) {
        int[] best = new int[features.size()];
        for (int n = 0; n < best.length; n++) {
            best[n] = largest(logits(cosines(features.row(n))));
        }
        return best;
    }

    double accuracy(LabelledFeatures features) {
        int[] best = best(features);
        int right = 0;
        for (int n = 0; n < best.length; n++) {
            right += best[n] == features.label(n) ? 1 : 0;
        }
        return (double) right / best.length;
    }

    /** The mean of −log softmax at the pictures' own labels. */
    double loss(LabelledFeatures features) {
        double sum = 0;
        for (int n = 0; n < features.size(); n++) {
            sum += loss(logits(cosines(features.row(n))), features.label(n));
        }
        return sum / features.size();
    }

    static double loss(double[] logits, int label) {
        double largest = logits[largest(logits)];
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return Math.log(sum) + largest - logits[label];
    }

    static int largest(double[] values) {
        int best = 0;
        for (int k = 1; k < values.length; k++) {
            if (values[k] > values[best]) {
                best = k;
            }
        }
        return best;
    }
}
