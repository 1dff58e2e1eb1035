package org.clipjava.model;

import java.util.List;
import java.util.Optional;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.AttentionForm;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Kernels.Outputs;
import org.clipjava.kernel.Span;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LinearWeights;

/**
 * Multi-head self-attention (Vaswani et al., 2017).
 *
 * @param qkv query, key and value projections in one, [3W, W]
 * @param out output projection, [W, W]
 * @param rotation of an image tower with positions as turns
 */
record MultiHeadAttention(
        Kernels kernels, LinearWeights qkv, LinearWeights out, int heads, Optional<Rotation> rotation) {

    /** Adds the attention of {@code x}, [M, W], to {@code sum}, [M, W]. */
    void addTo(Activations sum, Activations x, List<Span> spans, Workspace work) {
        forward(x, AttentionForm.USUAL, spans, Epilogue.ADD, sum, work);
    }

    /**
     * Attention in another form.
     *
     * @param epilogue whether {@code result} is replaced or added to
     * @param result [M, W]
     */
    void forward(
            Activations x,
            AttentionForm form,
            List<Span> spans,
            Epilogue epilogue,
            Activations result,
            Workspace work) {
        Activations projected = work.get(Buffer.QKV, x.rows(), 3 * x.columns());
        Activations mixed = work.get(Buffer.MIXED, x.rows(), x.columns());
        kernels.linear(x, qkv, Epilogue.STORE, projected, work.workers());
        rotation.ifPresent(turns -> turns.turn(projected, 0, 2 * x.columns(), work.workers()));
        kernels.attention(form, projected, projected, heads, spans, mixed, work.workers());
        kernels.linear(mixed, out, epilogue, result, work.workers());
    }

    /** Adds to {@code sum}, [M, W], what attention comes to where every row of {@code x}, [M, W], sees itself alone: its own value. */
    void addValuesTo(Activations sum, Activations x, Workspace work) {
        int width = x.columns();
        Activations projected = work.get(Buffer.QKV, x.rows(), 3 * width);
        Activations values = work.get(Buffer.MIXED, x.rows(), width);
        kernels.linear(x, qkv, new Outputs(2 * width, 3 * width), Epilogue.STORE, projected, work.workers());
        float[] value = new float[width];
        for (int row = 0; row < x.rows(); row++) {
            projected.read(row, 2 * width, width, value, 0);
            values.write(value, 0, row, 0, width);
        }
        kernels.linear(values, out, Epilogue.ADD, sum, work.workers());
    }

    /**
     * The same for some rows only: keys and values of all rows, but queries of the few that are wanted; of an image tower those are class
     * tokens, which are not turned.
     *
     * @param sum [B, W]
     * @param few the rows of {@code x} that are wanted, [B, W]
     * @param x [M, W]
     * @param spans which of the few sees which rows of {@code x}
     */
    void addTo(Activations sum, Activations few, Activations x, List<Span> spans, Workspace work) {
        int width = x.columns();
        Activations projected = work.get(Buffer.QKV, x.rows(), 3 * width);
        Activations queries = work.get(Buffer.QUERIES, few.rows(), 3 * width);
        Activations mixed = work.get(Buffer.MIXED, few.rows(), width);
        kernels.linear(x, qkv, new Outputs(width, 3 * width), Epilogue.STORE, projected, work.workers());
        rotation.ifPresent(turns -> turns.turn(projected, width, 2 * width, work.workers()));
        kernels.linear(few, qkv, new Outputs(0, width), Epilogue.STORE, queries, work.workers());
        kernels.attention(queries, projected, heads, spans, mixed, work.workers());
        kernels.linear(mixed, out, Epilogue.ADD, sum, work.workers());
    }
}
