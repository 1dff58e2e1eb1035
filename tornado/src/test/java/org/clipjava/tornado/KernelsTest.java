package org.clipjava.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.clipjava.config.WeightType;
import org.clipjava.kernel.Panels;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.weights.PanelMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Each kernel as plain Java against its definition, in double precision. */
class KernelsTest {
    private static final int ROWS = 7;
    private static final int CAPACITY = 13;

    /** What is where nothing may be written. */
    private static final float UNTOUCHED = 321;

    private final IntArray rows = IntArray.fromElements(ROWS);

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 13", "33, 40", "207, 64"})
    void linearIsTheDotProductOfEachRowAndOutput(int inputs, int outputs) {
        float[] x = SyntheticCheckpoint.uniform("x", CAPACITY * inputs);
        float[] weight = SyntheticCheckpoint.uniform("weight", outputs * inputs);
        float[] bias = SyntheticCheckpoint.uniform("bias", outputs);
        FloatArray out = untouched(outputs);
        Kernels.linear(
                activations(x, inputs),
                Layout.panels(Panels.of(WeightType.F32, weight, outputs, inputs)),
                Layout.vector(bias, outputs),
                out,
                rows,
                CAPACITY,
                inputs,
                outputs);
        for (int row = 0; row < ROWS; row++) {
            for (int o = 0; o < outputs; o++) {
                double sum = bias[o];
                for (int k = 0; k < inputs; k++) {
                    sum += (double) x[row * inputs + k] * weight[o * inputs + k];
                }
                assertEquals(sum, out.get(row * Layout.stride(outputs) + o), 1e-6 * (inputs + 1), row + ", " + o);
            }
        }
        assertUntouched(out, outputs, Layout.roundUp(ROWS, Kernels.TILE_ROWS));
    }

    @ParameterizedTest
    @EnumSource
    void weightsOfEveryTypeAreWidened(WeightType type) {
        float[] values = SyntheticCheckpoint.uniform("weight", 40 * 5);
        PanelMatrix matrix = Panels.of(type, values, 40, 5);
        FloatArray widened = Layout.panels(matrix);
        assertEquals(2 * 5 * 32, widened.getSize());
        float[] panel = new float[5 * 32];
        for (int p = 0; p < 2; p++) {
            matrix.readPanel(p, panel);
            for (int i = 0; i < panel.length; i++) {
                assertEquals(panel[i], widened.get(p * panel.length + i));
            }
        }
    }

    @Test
    void layerNormHasMeanZeroAndVarianceOne() {
        int width = 13;
        float[] x = SyntheticCheckpoint.uniform("x", CAPACITY * width);
        float[] weight = SyntheticCheckpoint.uniform("weight", width);
        float[] bias = SyntheticCheckpoint.uniform("bias", width);
        FloatArray out = untouched(width);
        Kernels.layerNorm(
                activations(x, width),
                Layout.vector(weight, width),
                Layout.vector(bias, width),
                out,
                rows,
                CAPACITY,
                width,
                1e-5f);
        for (int row = 0; row < ROWS; row++) {
            double mean = 0;
            for (int i = 0; i < width; i++) {
                mean += x[row * width + i] / (double) width;
            }
            double variance = 0;
            for (int i = 0; i < width; i++) {
                variance += Math.pow(x[row * width + i] - mean, 2) / width;
            }
            for (int i = 0; i < width; i++) {
                double expected = (x[row * width + i] - mean) / Math.sqrt(variance + 1e-5) * weight[i] + bias[i];
                assertEquals(expected, out.get(row * Layout.stride(width) + i), 1e-5);
            }
        }
        assertUntouched(out, width, ROWS);
    }

    /** Two sequences, the second of which sees only what stands before. */
    @Test
    void attentionIsASoftmaxOverTheKeysThatARowSees() {
        int width = 6;
        int heads = 2;
        int size = width / heads;
        float[] qkv = SyntheticCheckpoint.uniform("qkv", CAPACITY * 3 * width);
        IntArray firstKey = new IntArray(CAPACITY);
        IntArray keys = new IntArray(CAPACITY);
        for (int row = 0; row < ROWS; row++) {
            firstKey.set(row, row < 3 ? 0 : 3);
            keys.set(row, row < 3 ? 3 : row - 2);
        }
        FloatArray weights = new FloatArray(CAPACITY * heads * 4);
        FloatArray mixed = untouched(width);
        FloatArray projected = activations(qkv, 3 * width);
        Kernels.attentionWeights(projected, firstKey, keys, weights, rows, CAPACITY, width, heads, 4);
        Kernels.attentionMix(projected, firstKey, keys, weights, mixed, rows, CAPACITY, width, heads, 4);
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < width; column++) {
                int head = column / size;
                double sum = 0;
                double weighted = 0;
                for (int j = firstKey.get(row); j < firstKey.get(row) + keys.get(row); j++) {
                    double dot = 0;
                    for (int d = head * size; d < (head + 1) * size; d++) {
                        dot += (double) qkv[row * 3 * width + d] * qkv[j * 3 * width + width + d];
                    }
                    double weight = Math.exp(dot / Math.sqrt(size));
                    sum += weight;
                    weighted += weight * qkv[j * 3 * width + 2 * width + column];
                }
                assertEquals(weighted / sum, mixed.get(row * Layout.stride(width) + column), 1e-6);
            }
        }
        assertUntouched(mixed, width, ROWS);
    }

    /** Φ(x) from tables. */
    @ParameterizedTest
    @CsvSource({
        "-3, 0.00134989803",
        "-1, 0.15865525393",
        "-0.1, 0.46017216272",
        "0, 0.5",
        "0.5, 0.69146246127",
        "2, 0.97724986805"
    })
    void geluIsTheValueTimesTheNormalDistribution(float value, double phi) {
        FloatArray x = activations(new float[] {value}, 1);
        Kernels.gelu(x, IntArray.fromElements(1), 1, 1);
        assertEquals(value * phi, x.get(0), 1e-6);
    }

    @ParameterizedTest
    @CsvSource({"-3", "-1", "-0.1", "0", "0.5", "2"})
    void quickGeluIsTheValueTimesALogisticFunction(float value) {
        FloatArray x = activations(new float[] {value}, 1);
        Kernels.quickGelu(x, IntArray.fromElements(1), 1, 1);
        assertEquals(value / (1 + Math.exp(-1.702 * value)), x.get(0), 1e-6);
    }

    /** A picture whose pixels count upwards, cut into four patches of 2 x 2; its fifth row and column are not seen. */
    @Test
    void patchesAreChannelByChannelAndRowByRow() {
        FloatArray pixels = new FloatArray(3 * 5 * 5);
        for (int i = 0; i < pixels.getSize(); i++) {
            pixels.set(i, i);
        }
        FloatArray patches = Layout.activations(4, 12);
        Kernels.unfold(pixels, patches, IntArray.fromElements(4), 4, 5, 2);
        assertArrayEquals(new float[] {0, 1, 5, 6, 25, 26, 30, 31, 50, 51, 55, 56}, Layout.row(patches, 0, 12));
        assertArrayEquals(new float[] {2, 3, 7, 8, 27, 28, 32, 33, 52, 53, 57, 58}, Layout.row(patches, 1, 12));
        assertArrayEquals(new float[] {12, 13, 17, 18, 37, 38, 42, 43, 62, 63, 67, 68}, Layout.row(patches, 3, 12));
    }

    private static FloatArray activations(float[] values, int columns) {
        FloatArray activations = Layout.activations(CAPACITY, columns);
        for (int row = 0; row < values.length / columns; row++) {
            for (int column = 0; column < columns; column++) {
                activations.set(row * Layout.stride(columns) + column, values[row * columns + column]);
            }
        }
        return activations;
    }

    private static FloatArray untouched(int columns) {
        FloatArray activations = Layout.activations(CAPACITY, columns);
        activations.init(UNTOUCHED);
        return activations;
    }

    private static void assertUntouched(FloatArray activations, int columns, int firstRow) {
        for (int i = firstRow * Layout.stride(columns); i < activations.getSize(); i++) {
            assertEquals(UNTOUCHED, activations.get(i), "at " + i);
        }
    }
}
