package org.clipjava.model;

import java.util.Optional;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextPool;
import org.clipjava.kernel.Activations;
import org.clipjava.kernel.Kernels;
import org.clipjava.model.Workspace.Buffer;
import org.clipjava.weights.LayerNormWeights;
import org.clipjava.weights.TextWeights;

/** The end of a text tower: its last layer, as far as it is needed, and what is made of the states that are left. */
sealed interface TextPooling {

    /** As the configuration asks for. */
    static TextPooling of(TextConfig config, Kernels kernels, TransformerLayer last, TextWeights weights) {
        Optional<LayerNormWeights> lnFinal = config.lnFinal() ? Optional.of(weights.lnFinal()) : Optional.empty();
        return switch (config.pool()) {
            case TextPool.FirstOf first -> new OneToken(kernels, last, lnFinal);
            case TextPool.Last place -> new OneToken(kernels, last, lnFinal);
            case TextPool.Mean mean -> new Mean(kernels, last, lnFinal);
        };
    }

    /** Takes the states of a tree before the last layer, [M, W], to pooled ones, [B, W], in the order of its texts. */
    Activations pool(Activations x, PrefixTree tree, Workspace work, String lastLayer, HiddenStates states);

    /** One token of each text: of the others nothing but keys and values is needed. */
    record OneToken(Kernels kernels, TransformerLayer last, Optional<LayerNormWeights> lnFinal) implements TextPooling {
        @Override
        public Activations pool(Activations x, PrefixTree tree, Workspace work, String lastLayer, HiddenStates states) {
            Activations pooled = last.forwardPooled(x, tree::pooledRow, tree.pooledSpans(), work);
            states.pooled(lastLayer, pooled, tree::text);
            lnFinal.ifPresent(norm -> {
                kernels.layerNorm(pooled, norm, pooled, work.workers());
                states.pooled("ln_final", pooled, tree::text);
            });
            return pooled;
        }
    }

    /** The mean of all tokens of each text, added up in their order. */
    record Mean(Kernels kernels, TransformerLayer last, Optional<LayerNormWeights> lnFinal) implements TextPooling {
        @Override
        public Activations pool(Activations x, PrefixTree tree, Workspace work, String lastLayer, HiddenStates states) {
            last.forward(x, tree.spans(), work);
            states.computed(lastLayer, x);
            lnFinal.ifPresent(norm -> {
                kernels.layerNorm(x, norm, x, work.workers());
                states.computed("ln_final", x);
            });
            int width = x.columns();
            int texts = tree.pooledSpans().size();
            Activations pooled = work.get(Buffer.POOLED, texts, width);
            float[] state = new float[width];
            for (int text = 0; text < texts; text++) {
                int[] rows = tree.pooledSpans().get(text).keys();
                float[] mean = new float[width];
                for (int row : rows) {
                    x.read(row, 0, width, state, 0);
                    for (int i = 0; i < width; i++) {
                        mean[i] += state[i];
                    }
                }
                for (int i = 0; i < width; i++) {
                    mean[i] /= rows.length;
                }
                pooled.write(mean, 0, text, 0, width);
            }
            states.pooled("pool.mean", pooled, tree::text);
            return pooled;
        }
    }
}
