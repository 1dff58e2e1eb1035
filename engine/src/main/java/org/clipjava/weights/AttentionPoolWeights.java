package org.clipjava.weights;

import java.util.function.UnaryOperator;

/**
 * The head that pools an image tower by attention. Thread-safe: nothing writes to its arrays.
 *
 * @param probe what the only query is made of, [W]
 * @param qkv query, key and value in one, [3W, W]
 * @param out the attention's output projection, [W, W]
 * @param ln before the MLP, [W]
 * @param fc1 [F, W]
 * @param fc2 [W, F]
 */
public record AttentionPoolWeights(
        float[] probe,
        LinearWeights qkv,
        LinearWeights out,
        LayerNormWeights ln,
        LinearWeights fc1,
        LinearWeights fc2) {

    AttentionPoolWeights withMatrices(UnaryOperator<PanelMatrix> matrices) {
        return new AttentionPoolWeights(
                probe,
                qkv.withMatrix(matrices),
                out.withMatrix(matrices),
                ln,
                fc1.withMatrix(matrices),
                fc2.withMatrix(matrices));
    }
}
