package org.clipjava.weights;

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
        LinearWeights fc2) {}
