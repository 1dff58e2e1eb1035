package org.clipjava.tornado;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.clipjava.weights.PanelMatrix;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * How matrices lie on the device. Rows of activations begin at multiples of 32 floats, so that a tile of columns needs no
 * bounds; weights lie in the model file's panels of 32 outputs, so that neighbouring work items read neighbouring floats.
 */
final class Layout {
    /** Columns that a row is padded to a multiple of: a panel's. */
    static final int WIDTH = PanelMatrix.WIDTH;

    private Layout() {}

    /** Floats from one row of so many columns to the next. */
    static int stride(int columns) {
        return (columns + WIDTH - 1) / WIDTH * WIDTH;
    }

    /** Zeros, [rows, stride]; a tile of rows may write beyond the last. */
    static FloatArray activations(int rows, int columns) {
        return new FloatArray(Math.multiplyExact(roundUp(rows, Kernels.TILE_ROWS), stride(columns)));
    }

    /** A matrix in panels, [⌈O / 32⌉, K, 32], widened to floats whatever its type. */
    static FloatArray panels(PanelMatrix matrix) {
        int size = matrix.inputs() * WIDTH;
        FloatArray panels = new FloatArray(Math.multiplyExact(matrix.panels(), size));
        float[] panel = new float[size];
        for (int p = 0; p < matrix.panels(); p++) {
            matrix.readPanel(p, panel);
            copy(panel, panels, p * size);
        }
        return panels;
    }

    /** A vector of so many columns, zeros behind it; {@code values} may be empty. */
    static FloatArray vector(float[] values, int columns) {
        FloatArray vector = new FloatArray(stride(columns));
        copy(values, vector, 0);
        return vector;
    }

    /** Values without padding. */
    static FloatArray dense(float[] values) {
        FloatArray array = new FloatArray(values.length);
        copy(values, array, 0);
        return array;
    }

    /** Copies all of {@code values} to {@code array} from {@code offset} on. */
    static void copy(float[] values, FloatArray array, int offset) {
        MemorySegment.copy(
                values, 0, array.getSegment(), ValueLayout.JAVA_FLOAT, (long) offset * Float.BYTES, values.length);
    }

    /** Row {@code row} of activations. */
    static float[] row(FloatArray activations, int row, int columns) {
        float[] values = new float[columns];
        MemorySegment.copy(
                activations.getSegment(),
                ValueLayout.JAVA_FLOAT,
                (long) row * stride(columns) * Float.BYTES,
                values,
                0,
                columns);
        return values;
    }

    static int roundUp(int value, int multiple) {
        return Math.ceilDiv(value, multiple) * multiple;
    }
}
