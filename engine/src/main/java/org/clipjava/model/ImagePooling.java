package org.clipjava.model;

import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.config.Activation;
import org.clipjava.config.ImagePool;
import org.clipjava.config.VisionConfig;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Kernels.Epilogue;
import org.clipjava.kernel.Kernels.Outputs;
import org.clipjava.kernel.Span;
import org.clipjava.kernel.Workers;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.AttentionPoolWeights;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.LinearWeights;
import org.clipjava.weights.VisionWeights;

/** The end of an image tower: its last layer, as far as it is needed, and what is made of the states that are left. */
sealed interface ImagePooling {

    /** As the configuration asks for. */
    static ImagePooling of(
            VisionConfig config, Kernels kernels, List<ResidualAttentionBlock> blocks, VisionWeights weights) {
        return switch (config.pool()) {
            case ImagePool.ClassToken token -> new ClassToken(kernels, blocks.getLast(), weights.lnPost());
            case ImagePool.Attention attention ->
                Attention.of(
                        attention,
                        config.tower().activation(),
                        kernels,
                        blocks.getLast(),
                        weights.lnPost(),
                        weights.pool().orElseThrow());
        };
    }

    /**
     * Takes the states before the last layer, [B·N, W], to pooled ones, [B, W].
     *
     * @param spans what the tokens of each of the B pictures see
     */
    Activations pool(Activations x, List<Span> spans, Workspace work, String lastLayer, HiddenStates states);

    /** The class token alone: of the others nothing but keys and values is needed. */
    record ClassToken(Kernels kernels, ResidualAttentionBlock last, LayerNormWeights lnPost) implements ImagePooling {
        @Override
        public Activations pool(
                Activations x, List<Span> spans, Workspace work, String lastLayer, HiddenStates states) {
            List<Span> classTokens = IntStream.range(0, spans.size())
                    .mapToObj(i -> new Span(i, 1, spans.get(i).keys(), false))
                    .toList();
            Activations pooled = last.forwardPooled(x, i -> spans.get(i).firstQuery(), classTokens, work);
            states.pooled(lastLayer, pooled, i -> i);
            kernels.layerNorm(pooled, lnPost, pooled, work.workers());
            states.pooled("ln_post", pooled, i -> i);
            return pooled;
        }
    }

    /**
     * One query, which no picture changes, attends to all tokens.
     *
     * @param query [1, 3W], of which the first W count
     * @param qkv of which keys and values are left to be computed, [3W, W]
     */
    record Attention(
            Kernels kernels,
            ResidualAttentionBlock last,
            LayerNormWeights lnPost,
            Activations query,
            LinearWeights qkv,
            int heads,
            LinearWeights out,
            LayerNormWeights ln,
            Mlp mlp)
            implements ImagePooling {

        static Attention of(
                ImagePool.Attention pool,
                Activation activation,
                Kernels kernels,
                ResidualAttentionBlock last,
                LayerNormWeights lnPost,
                AttentionPoolWeights weights) {
            int width = weights.probe().length;
            Activations probe = Activations.zeros(1, width);
            probe.write(weights.probe(), 0, 0, 0, width);
            Activations query = Activations.zeros(1, 3 * width);
            kernels.linear(probe, weights.qkv(), new Outputs(0, width), Epilogue.STORE, query, Workers.caller());
            return new Attention(
                    kernels,
                    last,
                    lnPost,
                    query,
                    weights.qkv(),
                    pool.heads(),
                    weights.out(),
                    weights.ln(),
                    new Mlp(kernels, weights.fc1(), activation, weights.fc2()));
        }

        @Override
        public Activations pool(
                Activations x, List<Span> spans, Workspace work, String lastLayer, HiddenStates states) {
            int pictures = spans.size();
            int width = x.columns();
            last.forward(x, spans, work);
            states.computed(lastLayer, x);
            kernels.layerNorm(x, lnPost, x, work.workers());
            states.computed("ln_post", x);

            Activations keysAndValues = work.get(Buffer.QKV, x.rows(), 3 * width);
            kernels.linear(x, qkv, new Outputs(width, 3 * width), Epilogue.STORE, keysAndValues, work.workers());
            Activations queries = work.get(Buffer.QUERIES, pictures, 3 * width);
            for (int i = 0; i < pictures; i++) {
                queries.copyRow(i, query, 0);
            }
            List<Span> all = IntStream.range(0, pictures)
                    .mapToObj(i -> new Span(i, 1, spans.get(i).keys(), false))
                    .toList();
            Activations mixed = work.get(Buffer.MIXED, pictures, width);
            kernels.attention(queries, keysAndValues, heads, all, mixed, work.workers());
            Activations pooled = work.get(Buffer.POOLED, pictures, width);
            kernels.linear(mixed, out, Epilogue.STORE, pooled, work.workers());
            states.pooled("pool.attention", pooled, i -> i);
            Activations normed = work.get(Buffer.NORMED, pictures, width);
            kernels.layerNorm(pooled, ln, normed, work.workers());
            mlp.addTo(pooled, normed, work);
            return pooled;
        }
    }
}
