package org.clipjava.model;

import java.util.function.IntUnaryOperator;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LinearWeights;

/** The end of both towers. */
final class Pooling {
    private Pooling() {}

    /**
     * Projects pooled states, [B, W], to embeddings, [E] each.
     *
     * @param place where in {@code embeddings} the i-th belongs
     */
    static void project(
            Kernels kernels,
            Activations pooled,
            LinearWeights projection,
            Workspace work,
            float[][] embeddings,
            IntUnaryOperator place) {
        int width = projection.weight().outputs();
        Activations projected = work.get(Buffer.MIXED, pooled.rows(), width);
        kernels.linear(pooled, projection, Epilogue.STORE, projected, work.workers());
        for (int i = 0; i < pooled.rows(); i++) {
            float[] embedding = new float[width];
            projected.read(i, 0, width, embedding, 0);
            embeddings[place.applyAsInt(i)] = embedding;
        }
    }
}
