package org.clipjava.eval.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LbfgsTest {
    /** Half the sum of squares, each weighted by a curvature from 1 to 1e3, around the point of all ones. */
    private static final Lbfgs.Objective LONG_VALLEY = new Lbfgs.Objective() {
        @Override
        public double valueAndGradient(double[][] point, double[][] gradient) {
            double value = 0;
            for (int r = 0; r < point.length; r++) {
                for (int c = 0; c < point[r].length; c++) {
                    double curvature = Math.pow(10, 3.0 * (r * point[r].length + c) / (point.length * point[r].length));
                    double distance = point[r][c] - 1;
                    value += curvature * distance * distance / 2;
                    gradient[r][c] = curvature * distance;
                }
            }
            return value;
        }

        @Override
        public boolean converged(double[][] gradient) {
            return Lbfgs.dot(gradient, gradient) < 1e-20;
        }
    };

    /** Convex, and flat far away: the unit step is far too short at first. */
    private static final Lbfgs.Objective ROOT = new Lbfgs.Objective() {
        @Override
        public double valueAndGradient(double[][] point, double[][] gradient) {
            double x = point[0][0] - 1000;
            double value = Math.sqrt(1 + x * x);
            gradient[0][0] = x / value;
            return value;
        }

        @Override
        public boolean converged(double[][] gradient) {
            return Math.abs(gradient[0][0]) < 1e-9;
        }
    };

    @Test
    void findsTheEndOfALongValley() {
        Lbfgs.Result result = Lbfgs.minimise(LONG_VALLEY, new double[7][13], 1000);

        assertTrue(result.converged(), result.toString());
        for (double[] row : result.point()) {
            for (double value : row) {
                // the smallest curvature is 1: the distance is at most the gradient's length, 1e-10
                assertEquals(1, value, 1e-10);
            }
        }
    }

    @Test
    void goesFurtherThanTheFirstStepWhereTheSlopeLasts() {
        Lbfgs.Result result = Lbfgs.minimise(ROOT, new double[1][1], 200);

        assertTrue(result.converged(), result.toString());
        assertEquals(1000, result.point()[0][0], 1e-8);
    }

    @Test
    void saysWhenItRanOutOfIterations() {
        Lbfgs.Result result = Lbfgs.minimise(LONG_VALLEY, new double[7][13], 3);

        assertFalse(result.converged());
        assertEquals(3, result.iterations());
    }

    @Test
    void staysWhereItStartsAtTheMinimum() {
        double[][] ones = {{1, 1}, {1, 1}};

        Lbfgs.Result result = Lbfgs.minimise(LONG_VALLEY, ones, 10);

        assertEquals(1, result.evaluations());
        assertTrue(result.converged());
    }

    @Test
    void endsWhereTheDigitsEnd() {
        Lbfgs.Objective never = new Lbfgs.Objective() {
            @Override
            public double valueAndGradient(double[][] point, double[][] gradient) {
                return 1e6 + LONG_VALLEY.valueAndGradient(point, gradient);
            }

            @Override
            public boolean converged(double[][] gradient) {
                return false;
            }
        };

        Lbfgs.Result result = Lbfgs.minimise(never, new double[3][3], 100_000);

        assertFalse(result.converged());
        assertEquals(1e6, result.value(), 1e-6);
    }
}
