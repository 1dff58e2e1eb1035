package org.clipjava.kernel;

import static org.clipjava.kernel.Tile.LANES;
import static org.clipjava.kernel.Tile.SPECIES;
import static org.clipjava.weights.PanelMatrix.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.weights.LinearWeights;

/** Takes the sums of a panel's 32 outputs through scale, bias and epilogue to where they belong. */
final class PanelEpilogue {
    /** Rows that are finished together at the most: so many that short loops over them pay, and stay in the first cache. */
    static final int MAX_ROWS = 32;

    private final int first;
    private final int width;
    private final Epilogue epilogue;
    private final Activations out;
    private final float[] scales;
    private final float[] bias;
    private final float[] exponentials;

    /** Uses slots 1 to 3 of the scratch. */
    PanelEpilogue(LinearWeights layer, int panel, Epilogue epilogue, Activations out, Scratch scratch) {
        this.first = panel * WIDTH;
        this.width = layer.weight().width(panel);
        this.epilogue = epilogue;
        this.out = out;
        this.scales = padded(layer.weight().scales(), 1f, scratch.floats(1, WIDTH));
        this.bias = padded(layer.bias(), 0f, scratch.floats(2, WIDTH));
        this.exponentials = scratch.floats(3, MAX_ROWS * WIDTH);
    }

    private float[] padded(float[] values, float missing, float[] buffer) {
        Arrays.fill(buffer, 0, WIDTH, missing);
        if (values.length > 0) {
            System.arraycopy(values, first, buffer, 0, width);
        }
        return buffer;
    }

    /**
     * Finishes some rows.
     *
     * @param rows at most {@link #MAX_ROWS}
     * @param sums [rows, 32] from {@code from}; overwritten
     */
    void apply(float[] sums, int from, int firstRow, int rows) {
        for (int column = 0; column < WIDTH; column += LANES) {
            FloatVector scale = FloatVector.fromArray(SPECIES, scales, column);
            FloatVector added = FloatVector.fromArray(SPECIES, bias, column);
            for (int row = 0; row < rows; row++) {
                int at = from + row * WIDTH + column;
                FloatVector.fromArray(SPECIES, sums, at).fma(scale, added).intoArray(sums, at);
            }
        }
        switch (epilogue) {
            case STORE, ADD -> {}
            case QUICK_GELU -> VectorMath.quickGelu(sums, from, rows * WIDTH, exponentials);
            case GELU -> VectorMath.gelu(sums, from, rows * WIDTH, exponentials);
            case GELU_TANH -> VectorMath.geluTanh(sums, from, rows * WIDTH, exponentials);
        }
        for (int row = 0; row < rows; row++) {
            store(sums, from + row * WIDTH, out.values(), out.index(firstRow + row, first));
        }
    }

    private void store(float[] sums, int from, float[] target, int to) {
        int column = 0;
        for (; column + LANES <= width; column += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, from + column);
            FloatVector result = epilogue == Epilogue.ADD
                    ? FloatVector.fromArray(SPECIES, target, to + column).add(sum)
                    : sum;
            result.intoArray(target, to + column);
        }
        for (; column < width; column++) {
            float sum = sums[from + column];
            target[to + column] = epilogue == Epilogue.ADD ? target[to + column] + sum : sum;
        }
    }
}
