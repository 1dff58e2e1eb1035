package org.clipjava.eval.fit;

import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.eval.Predictions;

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

    /** What each picture is taken for, at its place. */
    Predictions predictions(LabelledFeatures features) {
        Predictions predictions = new Predictions(directions.length, features.size());
        addTo(predictions, features, IntStream.range(0, features.size()).toArray());
        return predictions;
    }

    /**
     * Sets what pictures are taken for.
     *
     * @param places of the pictures among all that were predicted, [N]
     */
    void addTo(Predictions predictions, LabelledFeatures features, int[] places) {
        for (int n = 0; n < features.size(); n++) {
            double[] logits = logits(cosines(features.row(n)));
            double[] rest = logits.clone();
            int[] ranked = new int[Math.min(Predictions.KEPT, rest.length)];
            for (int rank = 0; rank < ranked.length; rank++) {
                ranked[rank] = largest(rest);
                rest[ranked[rank]] = Double.NEGATIVE_INFINITY;
            }
            float confidence = (float) Math.exp(-loss(logits, ranked[0]));
            predictions.set(places[n], features.label(n), ranked, confidence);
        }
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
