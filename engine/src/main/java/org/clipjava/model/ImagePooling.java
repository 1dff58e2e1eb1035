package org.clipjava.model;

import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.config.ImagePool;
import org.clipjava.config.VisionConfig;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.kernel.Span;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.VisionWeights;

/** The end of an image tower: its last layer, as far as it is needed, and what is made of the states that are left. */
sealed interface ImagePooling {

    /** As the configuration asks for. */
    static ImagePooling of(
            VisionConfig config, Kernels kernels, List<ResidualAttentionBlock> blocks, VisionWeights weights) {
        return switch (config.pool()) {
            case ImagePool.ClassToken token -> new ClassToken(kernels, blocks.getLast(), weights.lnPost());
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
}
