package org.clipjava.bench.lookup;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Rows of integers, a layer of integers, and what lookups make of them. */
record LookupCase(LookupSetting setting, int rows, int outputs, int inputs, int[][] x, byte[] weights) {
    static final int[] ENTRY_BITS = {4, 5, 6, 7, 8, 10, 12, 14, 16};

    /** Up to this a float holds every integer. */
    private static final int EXACT = 1 << 24;

    static LookupSetting anySetting(SplittableRandom random) {
        return new LookupSetting(random.nextInt(2, 9), ENTRY_BITS[random.nextInt(ENTRY_BITS.length)]);
    }

    static LookupCase random(SplittableRandom random, LookupSetting setting, int mostInputs) {
        int rows = random.nextInt(1, 8);
        int outputs = random.nextInt(1, 80);
        int inputs = random.nextInt(1, mostInputs + 1);
        byte[] weights = new byte[outputs * inputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) (random.nextInt() >> (Integer.SIZE - setting.weightBits()));
        }
        int[][] x = new int[rows][inputs];
        for (int[] row : x) {
            int largest = random.nextInt(256);
            Arrays.setAll(row, i -> random.nextInt(-largest, largest + 1));
        }
        return new LookupCase(setting, rows, outputs, inputs, x, weights);
    }

    LookupTables tables() {
        LookupTables tables = new LookupTables(setting, rows, inputs);
        for (int row = 0; row < rows; row++) {
            tables.set(row, x[row], 1);
        }
        return tables;
    }

    LookupWeights packed() {
        float[] scales = new float[outputs];
        Arrays.fill(scales, 1);
        return LookupWeights.of(setting.weightBits(), outputs, inputs, weights, scales);
    }

    float[] run(LookupKernel kernel) {
        float[] out = new float[rows * outputs];
        kernel.multiply(tables(), packed(), out);
        return out;
    }

    float[] dotProducts() {
        float[] products = new float[rows * outputs];
        for (int i = 0; i < products.length; i++) {
            long sum = 0;
            for (int input = 0; input < inputs; input++) {
                sum += (long) x[i / outputs][input] * weights[i % outputs * inputs + input];
            }
            assertTrue(Math.abs(sum) < EXACT, "a float has to hold " + sum);
            products[i] = sum;
        }
        return products;
    }

    @Override
    public String toString() {
        return setting + ", [" + rows + ", " + inputs + "] x [" + inputs + ", " + outputs + "]";
    }
}
