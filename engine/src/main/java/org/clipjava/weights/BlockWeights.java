package org.clipjava.weights;

import java.util.function.UnaryOperator;

/**
 * One residual attention block. Thread-safe: nothing writes to its arrays. More parts may be added, each empty where a model of today has none.
 */
public final class BlockWeights {
    private record Parts(
            LayerNormWeights ln1,
            LinearWeights qkv,
            LinearWeights out,
            LayerNormWeights ln2,
            LinearWeights fc1,
            LinearWeights fc2) {}

    private final Parts parts;

    private BlockWeights(Parts parts) {
        this.parts = parts;
    }

    /**
     * One residual attention block.
     *
     * @param ln1 before the attention, [W]
     * @param qkv query, key and value in one, [3W, W]
     * @param out the attention's output projection, [W, W]
     * @param ln2 before the MLP, [W]
     * @param fc1 [F, W]
     * @param fc2 [W, F]
     */
    public static BlockWeights of(
            LayerNormWeights ln1,
            LinearWeights qkv,
            LinearWeights out,
            LayerNormWeights ln2,
            LinearWeights fc1,
            LinearWeights fc2) {
        return new BlockWeights(new Parts(ln1, qkv, out, ln2, fc1, fc2));
    }

    BlockWeights withMatrices(UnaryOperator<PanelMatrix> matrices) {
        return of(
                parts.ln1,
                parts.qkv.withMatrix(matrices),
                parts.out.withMatrix(matrices),
                parts.ln2,
                parts.fc1.withMatrix(matrices),
                parts.fc2.withMatrix(matrices));
    }

    /** Before the attention, [W]. */
    public LayerNormWeights ln1() {
        return parts.ln1;
    }

    /** Query, key and value in one, [3W, W]. */
    public LinearWeights qkv() {
        return parts.qkv;
    }

    /** The attention's output projection, [W, W]. */
    public LinearWeights out() {
        return parts.out;
    }

    /** Before the MLP, [W]. */
    public LayerNormWeights ln2() {
        return parts.ln2;
    }

    /** [F, W]. */
    public LinearWeights fc1() {
        return parts.fc1;
    }

    /** [W, F]. */
    public LinearWeights fc2() {
        return parts.fc2;
    }
}
