package org.clipjava.bench.lookup;

/** Looks up and adds. All implementations give the same bits. */
public sealed interface LookupKernel permits ScalarLookup, VectorLookup {
    /**
     * Computes {@code out = x · weightᵀ}, as exactly as the tables' setting says.
     *
     * @param tables of x, [M, K]
     * @param weights [O, K], of as many bits as the setting says
     * @param out [M, O]
     */
    void multiply(LookupTables tables, LookupWeights weights, float[] out);

    /**
     * Checks sizes.
     *
     * @throws IllegalArgumentException if they are not made for each other
     */
    static void check(LookupTables tables, LookupWeights weights, float[] out) {
        if (tables.inputs() != weights.inputs() || tables.setting().weightBits() != weights.bits()) {
            throw new IllegalArgumentException("tables of " + tables.inputs() + " inputs for weights of "
                    + tables.setting().weightBits() + " bits, found " + weights.inputs() + " and " + weights.bits());
        }
        if (out.length != tables.rows() * weights.outputs()) {
            throw new IllegalArgumentException("[" + tables.rows() + ", " + weights.outputs() + "] in " + out.length);
        }
    }
}
