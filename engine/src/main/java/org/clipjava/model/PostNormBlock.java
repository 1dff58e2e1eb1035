package org.clipjava.model;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.clipjava.config.TowerConfig;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Span;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.BlockWeights;
import org.clipjava.weights.LayerNormWeights;

/** A layer of BERT: a LayerNorm stands behind each sum with the residual stream, and so on the stream itself. */
record PostNormBlock(Kernels kernels, MultiHeadAttention attention, LayerNormWeights ln1, Mlp mlp, LayerNormWeights ln2)
        implements TransformerLayer {

    static List<PostNormBlock> stack(Kernels kernels, List<BlockWeights> blocks, TowerConfig tower) {
        return blocks.stream()
                .map(weights -> new PostNormBlock(
                        kernels,
                        new MultiHeadAttention(kernels, weights.qkv(), weights.out(), tower.heads(), Optional.empty()),
                        weights.ln1(),
                        new Mlp(kernels, weights.fc1(), tower.activation(), weights.fc2()),
                        weights.ln2()))
                .toList();
    }

    @Override
    public void forward(Activations x, List<Span> spans, Workspace work) {
        attention.addTo(x, x, spans, work);
        kernels.layerNorm(x, ln1, x, work.workers());
        mlp.addTo(x, x, work);
        kernels.layerNorm(x, ln2, x, work.workers());
    }

    @Override
    public Activations forwardPooled(Activations x, IntUnaryOperator pooledRow, List<Span> spans, Workspace work) {
        Activations few = work.get(Buffer.POOLED, spans.size(), x.columns());
        for (int i = 0; i < few.rows(); i++) {
            few.copyRow(i, x, pooledRow.applyAsInt(i));
        }
        attention.addTo(few, few, x, spans, work);
        kernels.layerNorm(few, ln1, few, work.workers());
        mlp.addTo(few, few, work);
        kernels.layerNorm(few, ln2, few, work.workers());
        return few;
    }
}
