package org.clipjava.model;

import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.clipjava.config.Projection;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.TextWeights;
import org.clipjava.weights.VisionWeights;

/**
 * The end of both towers: pooled states, [B, W], become embeddings, [E] each.
 *
 * @param hidden of a projection by an MLP, through GELU, [(W + E) / 2, W]
 * @param weights [E, W], or of an MLP [E, (W + E) / 2]; empty where the states are embeddings already
 */
record EmbeddingProjection(Kernels kernels, Optional<LinearWeights> hidden, Optional<LinearWeights> weights) {

    static EmbeddingProjection of(Projection projection, Kernels kernels, VisionWeights weights) {
        return new EmbeddingProjection(
                kernels,
                Optional.empty(),
                projection == Projection.NONE ? Optional.empty() : Optional.of(weights.projection()));
    }

    static EmbeddingProjection of(Projection projection, Kernels kernels, TextWeights weights) {
        return new EmbeddingProjection(
                kernels,
                weights.projectionHidden(),
                projection == Projection.NONE ? Optional.empty() : Optional.of(weights.projection()));
    }

    /** @param place where in {@code embeddings} the i-th belongs */
    void forward(Activations pooled, Workspace work, float[][] embeddings, IntUnaryOperator place) {
        Activations projected =
                weights.map(matrix -> project(matrix, pooled, work)).orElse(pooled);
        for (int i = 0; i < projected.rows(); i++) {
            float[] embedding = new float[projected.columns()];
            projected.read(i, 0, embedding.length, embedding, 0);
            embeddings[place.applyAsInt(i)] = embedding;
        }
    }

    private Activations project(LinearWeights matrix, Activations pooled, Workspace work) {
        Activations inputs = hidden.map(layer -> activated(layer, pooled, work)).orElse(pooled);
        Activations projected =
                work.get(Buffer.MIXED, inputs.rows(), matrix.weight().outputs());
        kernels.linear(inputs, matrix, Epilogue.STORE, projected, work.workers());
        return projected;
    }

    private Activations activated(LinearWeights layer, Activations pooled, Workspace work) {
        Activations activated =
                work.get(Buffer.HIDDEN, pooled.rows(), layer.weight().outputs());
        kernels.linear(pooled, layer, Epilogue.GELU, activated, work.workers());
        return activated;
    }
}
