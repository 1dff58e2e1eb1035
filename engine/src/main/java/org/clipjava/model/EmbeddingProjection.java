package org.clipjava.model;

import java.util.function.IntUnaryOperator;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LinearWeights;

/**
 * The end of both towers: pooled states, [B, W], become embeddings, [E] each.
 *
 * @param weights [E, W]
 */
record EmbeddingProjection(Kernels kernels, LinearWeights weights) {

    /** @param place where in {@code embeddings} the i-th belongs */
    void forward(Activations pooled, Workspace work, float[][] embeddings, IntUnaryOperator place) {
        int width = weights.weight().outputs();
        Activations projected = work.get(Buffer.MIXED, pooled.rows(), width);
        kernels.linear(pooled, weights, Epilogue.STORE, projected, work.workers());
        for (int i = 0; i < pooled.rows(); i++) {
            float[] embedding = new float[width];
            projected.read(i, 0, width, embedding, 0);
            embeddings[place.applyAsInt(i)] = embedding;
        }
    }
}
