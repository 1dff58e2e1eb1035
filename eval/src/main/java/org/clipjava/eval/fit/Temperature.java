package org.clipjava.eval.fit;

import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.optim.univariate.UnivariatePointValuePair;
import org.clipjava.LinearClassifier;

/**
 * Temperature scaling (Guo et al., 2017): the one number that logits are divided by so that the pictures' own labels get the least mean
 * −log score. It changes no answer. The loss is convex in 1 / temperature, so that there is one minimum. Immutable and thread-safe.
 *
 * @param value the temperature, {@link #LEAST} to {@link #MOST}; at an end where no picture, or hardly any, says otherwise: with all of
 *     them named right, less is always better
 * @param lossBefore mean −log score of the pictures' labels, in nats, at a temperature of 1
 * @param lossAfter the same at {@code value}
 */
public record Temperature(double value, double lossBefore, double lossAfter) {
    public static final double LEAST = 0.01;
    public static final double MOST = 100;

    private static final double RELATIVE = 1e-8;
    private static final double ABSOLUTE = 1e-10;
    private static final int EVALUATIONS = 200;

    /**
     * Fits it.
     *
     * @param pictures of the classifier's labels, in their order; none that the classifier was fitted to
     */
    public static Temperature fit(LinearClassifier classifier, LabelledFeatures pictures) {
        Answers answers = Answers.of(classifier, pictures);
        double[][] logits = new double[pictures.size()][];
        for (int n = 0; n < logits.length; n++) {
            logits[n] = answers.logits(answers.cosines(pictures.row(n)));
        }
        UnivariatePointValuePair best = new BrentOptimizer(RELATIVE, ABSOLUTE)
                .optimize(
                        new MaxEval(EVALUATIONS),
                        GoalType.MINIMIZE,
                        new UnivariateObjectiveFunction(log -> loss(logits, Math.exp(log), pictures)),
                        new SearchInterval(Math.log(LEAST), Math.log(MOST), 0));
        double before = loss(logits, 1, pictures);
        return best.getValue() < before
                ? new Temperature(Math.exp(best.getPoint()), before, best.getValue())
                : new Temperature(1, before, before);
    }

    private static double loss(double[][] logits, double temperature, LabelledFeatures pictures) {
        double sum = 0;
        for (int n = 0; n < logits.length; n++) {
            double[] divided = logits[n].clone();
            for (int k = 0; k < divided.length; k++) {
                divided[k] /= temperature;
            }
            sum += Answers.loss(divided, pictures.label(n));
        }
        return sum / logits.length;
    }
}
