package org.clipjava.eval.fit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimises a smooth convex function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4)
 * with a line search that ends at the weak Wolfe conditions by bisection (Lewis and Overton, 2013, algorithm 2.6).
 *
 * <p>A point is [R][C]: the two-step recursion needs no more than sums over all its numbers, and rows are what the function's
 * loops run along. Holds 2·{@link #MEMORY} + 4 points.
 */
final class Lbfgs {
    /** Steps that are remembered; 3 to 20 are usual. */
    static final int MEMORY = 10;

    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int MOST_TRIALS = 50;

    private Lbfgs() {}

    /** What is minimised. */
    interface Objective {
        /** The value at a point; also writes the gradient there. */
        double valueAndGradient(double[][] point, double[][] gradient);

        /** Whether the value is near enough to the minimum. */
        boolean converged(double[][] gradient);
    }

    /**
     * Where it ended.
     *
     * @param evaluations of value and gradient
     * @param converged false if the iterations, or the digits, ran out before
     */
    record Result(double[][] point, double value, int iterations, int evaluations, boolean converged) {}

    private record Step(double[][] moved, double[][] gradientChange, double product) {}

    static Result minimise(Objective objective, double[][] start, int mostIterations) {
        double[][] point = copy(start);
        double[][] gradient = zeros(start);
        double value = objective.valueAndGradient(point, gradient);
        int evaluations = 1;
        Deque<Step> memory = new ArrayDeque<>();
        for (int iteration = 0; iteration < mostIterations; iteration++) {
            if (objective.converged(gradient)) {
                return new Result(point, value, iteration, evaluations, true);
            }
            double[][] direction = direction(gradient, memory);
            double slope = dot(direction, gradient);
            double step = memory.isEmpty() ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
            double low = 0;
            double high = Double.POSITIVE_INFINITY;
            double[][] next = zeros(start);
            double[][] nextGradient = zeros(start);
            boolean found = false;
            double nextValue = value;
            for (int trial = 0; trial < MOST_TRIALS && !found; trial++) {
                advance(point, step, direction, next);
                nextValue = objective.valueAndGradient(next, nextGradient);
                evaluations++;
                if (!(nextValue <= value + SUFFICIENT_DECREASE * step * slope)) {
                    high = step;
                } else if (dot(direction, nextGradient) < CURVATURE * slope) {
                    low = step;
                } else {
                    found = true;
                    continue;
                }
                step = Double.isInfinite(high) ? 2 * low : (low + high) / 2;
            }
            if (!found) {
                // the decrease is below what the value's digits can show
                return new Result(point, value, iteration, evaluations, false);
            }
            double[][] moved = difference(next, point);
            double[][] gradientChange = difference(nextGradient, gradient);
            memory.addLast(new Step(moved, gradientChange, dot(moved, gradientChange)));
            if (memory.size() > MEMORY) {
                memory.removeFirst();
            }
            point = next;
            gradient = nextGradient;
            value = nextValue;
        }
        return new Result(point, value, mostIterations, evaluations, objective.converged(gradient));
    }

    /** Minus the gradient, times the inverse of what the remembered steps tell of the curvature. */
    private static double[][] direction(double[][] gradient, Deque<Step> memory) {
        double[][] direction = zeros(gradient);
        advance(direction, -1, gradient, direction);
        double[] factors = new double[memory.size()];
        int i = factors.length;
        for (Iterator<Step> steps = memory.descendingIterator(); steps.hasNext(); ) {
            Step step = steps.next();
            factors[--i] = dot(step.moved, direction) / step.product;
            advance(direction, -factors[i], step.gradientChange, direction);
        }
        if (!memory.isEmpty()) {
            Step last = memory.getLast();
            double scale = last.product / dot(last.gradientChange, last.gradientChange);
            for (double[] row : direction) {
                for (int c = 0; c < row.length; c++) {
                    row[c] *= scale;
                }
            }
        }
        for (Step step : memory) {
            double back = dot(step.gradientChange, direction) / step.product;
            advance(direction, factors[i++] - back, step.moved, direction);
        }
        return direction;
    }

    static double dot(double[][] a, double[][] b) {
        double sum = 0;
        for (int r = 0; r < a.length; r++) {
            double ofRow = 0;
            for (int c = 0; c < a[r].length; c++) {
                ofRow += a[r][c] * b[r][c];
            }
            sum += ofRow;
        }
        return sum;
    }

    /** {@code result = from + step · along}; the result may be {@code from}. */
    private static void advance(double[][] from, double step, double[][] along, double[][] result) {
        for (int r = 0; r < from.length; r++) {
            double[] fromRow = from[r];
            double[] alongRow = along[r];
            double[] resultRow = result[r];
            for (int c = 0; c < resultRow.length; c++) {
                resultRow[c] = fromRow[c] + step * alongRow[c];
            }
        }
    }

    private static double[][] difference(double[][] a, double[][] b) {
        double[][] result = zeros(a);
        advance(a, -1, b, result);
        return result;
    }

    private static double[][] copy(double[][] point) {
        double[][] copy = new double[point.length][];
        for (int r = 0; r < point.length; r++) {
            copy[r] = point[r].clone();
        }
        return copy;
    }

    private static double[][] zeros(double[][] like) {
        return new double[like.length][like[0].length];
    }
}
