package org.clipjava.bench.lookup;

import static org.clipjava.bench.lookup.LookupWeights.BLOCK;

/** Plain Java: what comes out is defined by this. */
public final class ScalarLookup implements LookupKernel {
    @Override
    public void multiply(LookupTables tables, LookupWeights weights, float[] out) {
        LookupKernel.check(tables, weights, out);
        for (int row = 0; row < tables.rows(); row++) {
            for (int output = 0; output < weights.outputs(); output++) {
                float product = 0;
                for (int block = 0; block < tables.blocks(); block++) {
                    product += LookupTables.product(
                            sum(tables, weights, block, row, output),
                            tables.unbias(block),
                            tables.unit(block, row),
                            tables.half(block, row));
                }
                out[row * weights.outputs() + output] = product * weights.scale(output);
            }
        }
    }

    private static int sum(LookupTables tables, LookupWeights weights, int block, int row, int output) {
        LookupSetting setting = tables.setting();
        int sum = 0;
        int end = block * BLOCK + LookupWeights.groupsOf(block, tables.groups());
        for (int group = block * BLOCK; group < end; group++) {
            for (int plane = 0; plane < weights.bits(); plane++) {
                int index = weights.index(output, group, plane);
                for (int digit = 0; digit < setting.digits(); digit++) {
                    sum += setting.factor(plane, digit) * tables.digit(row, group, digit, index);
                }
            }
        }
        return sum;
    }
}
