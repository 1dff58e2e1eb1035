package org.clipjava.eval.fit;

import java.util.Arrays;
import org.clipjava.LinearClassifier;

/**
 * The loss of multinomial logistic regression: the mean over N pictures of −log softmax(W·x + b)[label], plus λ/2 · ‖W‖²; the bias is
 * free. Strictly convex in W.
 *
 * <p>Features are centred: pictures of one model lie in a narrow cone, and their common direction, which tells no class from another, would
 * be by far the steepest. The bias takes it up, so that the minimum is the same. Parameters are [E + 1][K], the bias last: the
 * innermost loops run along K and over arrays of one index, which the JIT turns into vector code.
 */
final class SoftmaxRegression implements Lbfgs.Objective {
    /** Pictures that share one pass over the weights. */
    private static final int BLOCK = 4;

    private final LabelledFeatures features;
    private final double l2;
    private final double tolerance;
    private final int width;
    private final int classes;
    private final double[] mean;
    private final double[][] x;
    private final double[][] logits;

    /**
     * @param l2 λ, above 0
     * @param tolerance how far the loss may stay above its minimum, in nats
     */
    SoftmaxRegression(LabelledFeatures features, double l2, double tolerance) {
        if (!(l2 > 0) || Double.isInfinite(l2)) {
            throw new IllegalArgumentException("expected an L2 penalty above 0, found " + l2);
        }
        this.features = features;
        this.l2 = l2;
        this.tolerance = tolerance;
        this.width = features.width();
        this.classes = features.classes().size();
        this.mean = new double[width];
        for (int n = 0; n < features.size(); n++) {
            float[] row = features.row(n);
            for (int e = 0; e < width; e++) {
                mean[e] += row[e];
            }
        }
        for (int e = 0; e < width; e++) {
            mean[e] /= features.size();
        }
        this.x = new double[BLOCK][width];
        this.logits = new double[BLOCK][classes];
    }

    /** All zero. */
    double[][] start() {
        return new double[width + 1][classes];
    }

    @Override
    public double valueAndGradient(double[][] point, double[][] gradient) {
        for (double[] row : gradient) {
            Arrays.fill(row, 0);
        }
        double loss = 0;
        for (int n = 0; n < features.size(); n += BLOCK) {
            int pictures = Math.min(BLOCK, features.size() - n);
            load(n, pictures);
            multiply(point);
            for (int i = 0; i < BLOCK; i++) {
                if (i < pictures) {
                    loss += lossAndItsSlope(logits[i], features.label(n + i));
                } else {
                    Arrays.fill(logits[i], 0);
                }
            }
            accumulate(gradient);
        }
        double count = features.size();
        double squares = 0;
        for (int e = 0; e <= width; e++) {
            double[] weights = point[e];
            double[] slopes = gradient[e];
            double penalty = e < width ? l2 : 0;
            for (int k = 0; k < classes; k++) {
                slopes[k] = slopes[k] / count + penalty * weights[k];
                squares += penalty * weights[k] * weights[k];
            }
        }
        return loss / count + squares / 2;
    }

    /** A function whose curvature is at least λ is at most ‖gradient‖² / 2λ above its minimum. */
    @Override
    public boolean converged(double[][] gradient) {
        return Lbfgs.dot(gradient, gradient) <= 2 * l2 * tolerance;
    }

    private void load(int first, int pictures) {
        for (int i = 0; i < BLOCK; i++) {
            if (i >= pictures) {
                Arrays.fill(x[i], 0);
                continue;
            }
            float[] row = features.row(first + i);
            double[] centred = x[i];
            for (int e = 0; e < width; e++) {
                centred[e] = row[e] - mean[e];
            }
        }
    }

    /** Four components at a time: a logit is loaded and stored once for four multiplications. */
    private void multiply(double[][] point) {
        double[] bias = point[width];
        for (double[] row : logits) {
            System.arraycopy(bias, 0, row, 0, classes);
        }
        int e = 0;
        for (; e + 3 < width; e += 4) {
            for (int i = 0; i < BLOCK; i++) {
                addProducts(x[i], e, point, logits[i]);
            }
        }
        for (; e < width; e++) {
            double[] weights = point[e];
            for (int i = 0; i < BLOCK; i++) {
                double[] row = logits[i];
                for (int k = 0; k < row.length; k++) {
                    row[k] += x[i][e] * weights[k];
                }
            }
        }
    }

    private static void addProducts(double[] picture, int e, double[][] point, double[] row) {
        double[] w0 = point[e];
        double[] w1 = point[e + 1];
        double[] w2 = point[e + 2];
        double[] w3 = point[e + 3];
        double x0 = picture[e];
        double x1 = picture[e + 1];
        double x2 = picture[e + 2];
        double x3 = picture[e + 3];
        for (int k = 0; k < row.length; k++) {
            row[k] += x0 * w0[k] + x1 * w1[k] + x2 * w2[k] + x3 * w3[k];
        }
    }

    /** Turns logits into probabilities less one at the label. */
    private static double lossAndItsSlope(double[] row, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : row) {
            largest = Math.max(largest, logit);
        }
        double ofLabel = row[label] - largest;
        double sum = 0;
        for (int k = 0; k < row.length; k++) {
            row[k] = Math.exp(row[k] - largest);
            sum += row[k];
        }
        for (int k = 0; k < row.length; k++) {
            row[k] /= sum;
        }
        row[label] -= 1;
        return Math.log(sum) - ofLabel;
    }

    private void accumulate(double[][] gradient) {
        double[] d0 = logits[0];
        double[] d1 = logits[1];
        double[] d2 = logits[2];
        double[] d3 = logits[3];
        for (int e = 0; e < width; e++) {
            double[] slopes = gradient[e];
            double x0 = x[0][e];
            double x1 = x[1][e];
            double x2 = x[2][e];
            double x3 = x[3][e];
            for (int k = 0; k < slopes.length; k++) {
                slopes[k] += x0 * d0[k] + x1 * d1[k] + x2 * d2[k] + x3 * d3[k];
            }
        }
        double[] slopes = gradient[width];
        for (int k = 0; k < slopes.length; k++) {
            slopes[k] += d0[k] + d1[k] + d2[k] + d3[k];
        }
    }

    /** The classifier of a point, for features that are not centred. */
    LinearClassifier classifier(double[][] point) {
        double[][] weights = new double[classes][width];
        double[] bias = point[width].clone();
        for (int e = 0; e < width; e++) {
            for (int k = 0; k < classes; k++) {
                weights[k][e] = point[e][k];
                bias[k] -= point[e][k] * mean[e];
            }
        }
        return LinearClassifier.ofWeights(features.classes(), weights, bias);
    }
}
