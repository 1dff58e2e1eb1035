package org.clipjava.bench.lookup;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.clipjava.config.WeightType;
import org.clipjava.kernel.DotProducts;
import org.clipjava.weights.PanelMatrix;

/**
 * Table lookup where the engine has its integers multiplied: for how exact a model is, not for speed, since tables are made anew for each 32
 * outputs. The engine's levels lie around the median of a row's, as it doesn't tell which stands for zero.
 */
public final class LookupProducts implements DotProducts {
    private static final int LEVELS = 256;

    private final LookupSetting setting;

    /** For INT8 matrices whose weights have no more bits than the setting says. */
    public LookupProducts(LookupSetting setting) {
        this.setting = setting;
    }

    @Override
    public String description() {
        return "table lookup, " + setting;
    }

    @Override
    public void multiply(
            int rows,
            int inputs,
            MemorySegment levels,
            long levelsAt,
            MemorySegment weights,
            long weightsAt,
            MemorySegment ahead,
            MemorySegment sums) {
        int outputs = PanelMatrix.WIDTH;
        byte[] matrix = new byte[outputs * inputs];
        int[] sumsOfWeights = new int[outputs];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            scales[output] = 1;
            for (int input = 0; input < inputs; input++) {
                int place = PanelMatrix.place(WeightType.INT8, input, output);
                byte weight = weights.get(ValueLayout.JAVA_BYTE, weightsAt + place);
                matrix[output * inputs + input] = weight;
                sumsOfWeights[output] += weight;
            }
        }
        LookupTables tables = new LookupTables(setting, rows, inputs);
        int[] row = new int[inputs];
        int[] medians = new int[rows];
        for (int i = 0; i < rows; i++) {
            for (int input = 0; input < inputs; input++) {
                row[input] =
                        Byte.toUnsignedInt(levels.get(ValueLayout.JAVA_BYTE, levelsAt + (long) i * STRIDE + input));
            }
            medians[i] = median(row);
            for (int input = 0; input < inputs; input++) {
                row[input] -= medians[i];
            }
            tables.set(i, row, 1);
        }
        float[] products = new float[rows * outputs];
        LookupWeights packed = LookupWeights.of(setting.weightBits(), outputs, inputs, matrix, scales);
        new VectorLookup().multiply(tables, packed, products);
        for (int i = 0; i < products.length; i++) {
            int ofMedian = medians[i / outputs] * sumsOfWeights[i % outputs];
            long at = (long) i * Integer.BYTES;
            int before = sums.get(ValueLayout.JAVA_INT_UNALIGNED, at);
            sums.set(ValueLayout.JAVA_INT_UNALIGNED, at, before + Math.round(products[i]) + ofMedian);
        }
    }

    private static int median(int[] levels) {
        int[] counts = new int[LEVELS];
        for (int level : levels) {
            counts[level]++;
        }
        int median = 0;
        for (int below = counts[0]; 2 * below < levels.length; below += counts[median]) {
            median++;
        }
        return median;
    }

    @Override
    public void close() {}
}
