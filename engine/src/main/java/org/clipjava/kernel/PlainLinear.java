package org.clipjava.kernel;

import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.util.Arrays;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Kernels.Outputs;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.PanelMatrix;

/**
 * A linear layer in plain Java.
 *
 * @param x [M, K]; for INT8 weights its levels, as {@link QuantizedRows#floats} has them
 * @param out [M, O]
 */
record PlainLinear(Activations x, LinearWeights layer, Epilogue epilogue, Activations out, QuantizedRows levels) {
    /** Inputs whose weights are unpacked together. Sums of so many products of a level and a weight are exact in a float. */
    private static final int BLOCK = 256;

    /** Panels that are: rows of 512 outputs. */
    private static final int PANELS = 16;

    private static final int PIECES_PER_WORKER = 2;

    void run(Outputs outputs, Workers workers) {
        int together = Math.clamp(Math.ceilDiv(outputs.panels(), workers.count() * PIECES_PER_WORKER), 1, PANELS);
        workers.forEach(Math.ceilDiv(outputs.panels(), together), (piece, scratch) -> {
            int first = piece * together;
            multiply(outputs.firstPanel() + first, Math.min(together, outputs.panels() - first), scratch);
        });
    }

    private void multiply(int firstPanel, int panels, Scratch scratch) {
        PanelMatrix weight = layer.weight();
        int count = panels * WIDTH;
        float[][] weights = scratch.rows(0, BLOCK, PANELS * WIDTH);
        float[][] sums = scratch.rows(1, x.rows(), PANELS * WIDTH);
        int[][] exact = new int[weight.type() == WeightType.INT8 ? x.rows() : 0][count];
        float[] values = scratch.floats(1, BLOCK);
        for (int row = 0; row < x.rows(); row++) {
            Arrays.fill(sums[row], 0, count, 0f);
        }
        for (int block = 0; block < weight.inputs(); block += BLOCK) {
            int inputs = Math.min(BLOCK, weight.inputs() - block);
            PlainWeights.read(weight, firstPanel, panels, block, inputs, weights, scratch);
            for (int row = 0; row < x.rows(); row++) {
                x.read(row, block, inputs, values, 0);
                multiply(values, weights, inputs, sums[row], count);
                if (exact.length > 0) {
                    moveTo(exact[row], sums[row]);
                }
            }
        }
        for (int row = 0; row < x.rows(); row++) {
            if (exact.length > 0) {
                scale(exact[row], firstPanel, row, sums[row]);
            }
            finish(firstPanel, panels, row, sums[row], scratch);
        }
    }

    /**
     * {@code sums += a · b}, each a chain of fused multiply-adds in the order of k, as {@link Tile#multiply} has it.
     *
     * @param a [k]
     * @param b [k, n]
     * @param sums [n]
     */
    static void multiply(float[] a, float[][] b, int k, float[] sums, int n) {
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            multiplyFour(a[p], b[p], a[p + 1], b[p + 1], a[p + 2], b[p + 2], a[p + 3], b[p + 3], sums, n);
        }
        for (; p < k; p++) {
            multiplyOne(a[p], b[p], sums, n);
        }
    }

    private static void multiplyFour(
            float a0,
            float[] b0,
            float a1,
            float[] b1,
            float a2,
            float[] b2,
            float a3,
            float[] b3,
            float[] sums,
            int n) {
        for (int j = 0; j < n; j++) {
            float sum = Math.fma(a1, b1[j], Math.fma(a0, b0[j], sums[j]));
            sums[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], sum));
        }
    }

    private static void multiplyOne(float a, float[] b, float[] sums, int n) {
        for (int j = 0; j < n; j++) {
            sums[j] = Math.fma(a, b[j], sums[j]);
        }
    }

    private static void moveTo(int[] exact, float[] sums) {
        for (int j = 0; j < exact.length; j++) {
            exact[j] += (int) sums[j];
            sums[j] = 0f;
        }
    }

    /** Takes away what the level of zero has added, and goes back to floats. */
    private void scale(int[] exact, int firstPanel, int row, float[] sums) {
        int zero = levels.zero(row);
        float step = levels.step(row);
        for (int j = 0;
                j < exact.length && firstPanel * WIDTH + j < layer.weight().outputs();
                j++) {
            sums[j] = (exact[j] - layer.weight().sum(firstPanel * WIDTH + j) * zero) * step;
        }
    }

    /** Takes sums through scale, bias and epilogue to where they belong. */
    private void finish(int firstPanel, int panels, int row, float[] sums, Scratch scratch) {
        PanelMatrix weight = layer.weight();
        int first = firstPanel * WIDTH;
        int count = Math.min(panels * WIDTH, weight.outputs() - first);
        float[] results = scratch.floats(2, PANELS * WIDTH);
        float[] residual = scratch.floats(3, PANELS * WIDTH);
        boolean scaled = weight.scales().length > 0;
        boolean biased = layer.bias().length > 0;
        for (int j = 0; j < count; j++) {
            float sum = sums[j / WIDTH * WIDTH + PlainWeights.output(weight.type(), j % WIDTH)];
            results[j] = Math.fma(sum, scaled ? weight.scales()[first + j] : 1f, biased ? layer.bias()[first + j] : 0f);
        }
        switch (epilogue) {
            case STORE -> {}
            case ADD -> {
                out.read(row, first, count, residual, 0);
                for (int j = 0; j < count; j++) {
                    results[j] = residual[j] + results[j];
                }
            }
            case QUICK_GELU -> {
                for (int j = 0; j < count; j++) {
                    results[j] = PlainMath.quickGelu(results[j]);
                }
            }
            case GELU -> {
                for (int j = 0; j < count; j++) {
                    results[j] = PlainMath.gelu(results[j]);
                }
            }
            case GELU_TANH -> {
                for (int j = 0; j < count; j++) {
                    results[j] = PlainMath.geluTanh(results[j]);
                }
            }
        }
        out.write(results, 0, row, first, count);
    }
}
