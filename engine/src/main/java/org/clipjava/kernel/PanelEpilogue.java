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
    private final int first;
    private final int width;
    private final Epilogue epilogue;
    private final Activations out;
    private final float[] scales;
    private final float[] bias;

    /** Uses slots 1 and 2 of the scratch. */
    PanelEpilogue(LinearWeights layer, int panel, Epilogue epilogue, Activations out, Scratch scratch) {
        this.first = panel * WIDTH;
        this.width = layer.weight().width(panel);
        this.epilogue = epilogue;
        this.out = out;
        this.scales = padded(layer.weight().scales(), 1f, scratch.floats(1, WIDTH));
        this.bias = padded(layer.bias(), 0f, scratch.floats(2, WIDTH));
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
     * @param sums [rows, 32] from {@code from}
     */
    void apply(float[] sums, int from, int firstRow, int rows) {
        for (int column = 0; column < WIDTH; column += LANES) {
            FloatVector scale = FloatVector.fromArray(SPECIES, scales, column);
            FloatVector added = FloatVector.fromArray(SPECIES, bias, column);
            for (int row = 0; row < rows; row++) {
                int at = from + row * WIDTH + column;
                FloatVector sum = FloatVector.fromArray(SPECIES, sums, at).fma(scale, added);
                switch (epilogue) {
                    case STORE, ADD -> {}
                    case QUICK_GELU -> sum = VectorMath.quickGelu(sum);
                    case GELU -> sum = VectorMath.gelu(sum);
                }
                store(sum, sums, at, firstRow + row, column);
            }
        }
    }

    private void store(FloatVector sum, float[] sums, int at, int row, int column) {
        int to = out.index(row, first) + column;
        if (column + LANES <= width) {
            FloatVector result = epilogue == Epilogue.ADD
                    ? FloatVector.fromArray(SPECIES, out.values(), to).add(sum)
                    : sum;
            result.intoArray(out.values(), to);
        } else {
            sum.intoArray(sums, at);
            for (int j = column; j < width; j++) {
                float value = sums[at + j - column];
                out.values()[to + j - column] =
                        epilogue == Epilogue.ADD ? out.values()[to + j - column] + value : value;
            }
        }
    }
}
