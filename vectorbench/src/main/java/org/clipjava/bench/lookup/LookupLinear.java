package org.clipjava.bench.lookup;

/** A layer by table lookup, from floats to floats. For one thread. */
public final class LookupLinear {
    private final LookupTables tables;
    private final LookupWeights weights;
    private final LookupKernel kernel = new VectorLookup();

    public LookupLinear(LookupSetting setting, int rows, LookupWeights weights) {
        this.tables = new LookupTables(setting, rows, weights.inputs());
        this.weights = weights;
    }

    /**
     * Computes {@code out = x · weightᵀ}.
     *
     * @param x [M, K]
     * @param out [M, O]
     */
    public void run(float[] x, float[] out) {
        prepare(x);
        kernel.multiply(tables, weights, out);
    }

    /** The first part of {@link #run}: rounds, and makes the tables. */
    public void prepare(float[] x) {
        for (int row = 0; row < tables.rows(); row++) {
            tables.set(row, x, row * tables.inputs());
        }
    }
}
