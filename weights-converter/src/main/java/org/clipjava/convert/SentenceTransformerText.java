package org.clipjava.convert;

import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.NormPlacement;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.safetensors.ModelFormatException;

/**
 * A text tower of sentence-transformers, as its configs describe it: a DistilBERT, the mean of its states, and a projection.
 *
 * @param positions how many the tower has weights of, of which texts take the first
 */
record SentenceTransformerText(TextConfig text, int embedDim, int positions) {
    /** DistilBERT's LayerNorms. */
    private static final float EPS = 1e-12f;

    private static final String MODEL_TYPE = "distilbert";

    /**
     * @param config DistilBERT's
     * @param length of texts; its config has none where the tower's own holds
     * @throws ModelFormatException if one describes something else
     */
    static SentenceTransformerText of(
            JsonFields config, Optional<JsonFields> length, JsonFields pooling, JsonFields dense)
            throws ModelFormatException {
        if (!config.string("model_type").orElse("").equals(MODEL_TYPE)) {
            throw config.expected(
                    "model_type", "\"" + MODEL_TYPE + "\", the only text tower of sentence-transformers that is read");
        }
        if (length.isPresent() && length.get().bool("do_lower_case", false)) {
            throw length.get().expected("do_lower_case", "false");
        }
        TowerConfig tower = tower(config);
        int positions = config.positive("max_position_embeddings", 512);
        int context = length.isPresent() ? length.get().positive("max_seq_length", positions) : positions;
        if (context > positions) {
            throw length.orElseThrow().expected("max_seq_length", "at most max_position_embeddings, " + positions);
        }
        checkPooling(pooling);
        checkDense(dense, tower.width());
        try {
            return new SentenceTransformerText(
                    TextConfig.of(tower, context, config.positive("vocab_size", 30522), new TextPool.Mean())
                            .withMask(TextMask.NONE)
                            .withLnPre(true),
                    dense.positive("out_features"),
                    positions);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(config.where() + ": " + e.getMessage(), e);
        }
    }

    private static TowerConfig tower(JsonFields config) throws ModelFormatException {
        Optional<Activation> activation =
                CheckpointConfig.activation(config.string("activation").orElse(Activation.GELU.spelling()));
        if (activation.isEmpty()) {
            throw config.expected("activation", "\"gelu\"");
        }
        try {
            return TowerConfig.of(
                            config.positive("dim", 768),
                            config.positive("n_layers", 6),
                            config.positive("n_heads", 12),
                            config.positive("hidden_dim", 3072),
                            activation.get(),
                            EPS)
                    .withNorm(NormPlacement.AFTER);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(config.where() + ": " + e.getMessage(), e);
        }
    }

    private static void checkPooling(JsonFields pooling) throws ModelFormatException {
        boolean mean = pooling.bool("pooling_mode_mean_tokens", !pooling.has("pooling_mode"));
        if (!mean && !pooling.string("pooling_mode").orElse("").equals("mean")) {
            throw pooling.expected("pooling_mode_mean_tokens", "true");
        }
        for (String key : pooling.fields().keySet()) {
            boolean another = key.startsWith("pooling_mode_") && !key.equals("pooling_mode_mean_tokens");
            if (another && pooling.bool(key, false)) {
                throw pooling.expected(key, "false: the mean alone");
            }
        }
    }

    private static void checkDense(JsonFields dense, int width) throws ModelFormatException {
        if (dense.positive("in_features") != width) {
            throw dense.expected("in_features", "the tower's width, " + width);
        }
        if (dense.bool("bias", true)) {
            throw dense.expected("bias", "false");
        }
        String activation = dense.string("activation_function").orElse("");
        if (!activation.endsWith(".Identity")) {
            throw dense.expected("activation_function", "torch.nn.modules.linear.Identity");
        }
    }

    /** The architecture, with a vocabulary of this size. */
    ClipConfig architecture(int vocabulary) {
        return ClipConfig.ofText(
                TextConfig.of(text.tower(), text.contextLength(), vocabulary, text.pool())
                        .withMask(text.mask())
                        .withLnPre(text.lnPre()),
                embedDim);
    }
}
