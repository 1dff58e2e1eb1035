package org.clipjava.weights;

import java.util.function.UnaryOperator;

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
public record BlockWeights(
        LayerNormWeights ln1,
        LinearWeights qkv,
        LinearWeights out,
        LayerNormWeights ln2,
        LinearWeights fc1,
        LinearWeights fc2) {

    BlockWeights withMatrices(UnaryOperator<PanelMatrix> matrices) {
        return new BlockWeights(
                ln1,
                qkv.withMatrix(matrices),
                out.withMatrix(matrices),
                ln2,
                fc1.withMatrix(matrices),
                fc2.withMatrix(matrices));
    }
}
