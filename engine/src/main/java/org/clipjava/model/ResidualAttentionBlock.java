package org.clipjava.model;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.clipjava.config.TowerConfig;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.AttentionForm;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Span;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.LayerNormWeights;

/** A layer of CLIP, in either tower: a LayerNorm stands before attention and before the MLP, beside the residual stream. */
record ResidualAttentionBlock(
        Kernels kernels, LayerNormWeights ln1, MultiHeadAttention attention, LayerNormWeights ln2, Mlp mlp)
        implements TransformerLayer {

    static List<ResidualAttentionBlock> stack(
            Kernels kernels, List<BlockWeights> blocks, TowerConfig tower, Optional<Rotation> rotation) {
        return blocks.stream()
                .map(weights -> new ResidualAttentionBlock(
                        kernels,
                        weights.ln1(),
                        new MultiHeadAttention(kernels, weights.qkv(), weights.out(), tower.heads(), rotation),
                        weights.ln2(),
                        new Mlp(kernels, weights.fc1(), tower.activation(), weights.fc2())))
                .toList();
    }

    @Override
    public void forward(Activations x, List<Span> spans, Workspace work) {
        Activations normed = work.get(Buffer.NORMED, x.rows(), x.columns());
        kernels.layerNorm(x, ln1, normed, work.workers());
        attention.addTo(x, normed, spans, work);
        kernels.layerNorm(x, ln2, normed, work.workers());
        mlp.addTo(x, normed, work);
    }

    /** The same where every token sees itself alone, and so needs neither query nor key. */
    void forwardValues(Activations x, Workspace work) {
        Activations normed = work.get(Buffer.NORMED, x.rows(), x.columns());
        kernels.layerNorm(x, ln1, normed, work.workers());
        attention.addValuesTo(x, normed, work);
        kernels.layerNorm(x, ln2, normed, work.workers());
        mlp.addTo(x, normed, work);
    }

    /** Replaces {@code x}, [M, W], by its attention alone, in another form: neither the residual stream nor the MLP is added. */
    void forwardAttention(Activations x, AttentionForm form, List<Span> spans, Workspace work) {
        Activations normed = work.get(Buffer.NORMED, x.rows(), x.columns());
        kernels.layerNorm(x, ln1, normed, work.workers());
        attention.forward(normed, form, spans, Epilogue.STORE, x, work);
    }

    @Override
    public Activations forwardPooled(Activations x, IntUnaryOperator pooledRow, List<Span> spans, Workspace work) {
        Activations few = work.get(Buffer.POOLED, spans.size(), x.columns());
        Activations normed = work.get(Buffer.NORMED, x.rows(), x.columns());
        kernels.layerNorm(x, ln1, normed, work.workers());
        // the few rows' queries are made of their normed states, for which HIDDEN is free here
        Activations fewNormed = work.get(Buffer.HIDDEN, few.rows(), few.columns());
        for (int i = 0; i < few.rows(); i++) {
            few.copyRow(i, x, pooledRow.applyAsInt(i));
            fewNormed.copyRow(i, normed, pooledRow.applyAsInt(i));
        }
        attention.addTo(few, fewNormed, normed, spans, work);
        Activations fewNormedAgain = work.get(Buffer.NORMED, few.rows(), few.columns());
        kernels.layerNorm(few, ln2, fewNormedAgain, work.workers());
        mlp.addTo(few, fewNormedAgain, work);
        return few;
    }
}
