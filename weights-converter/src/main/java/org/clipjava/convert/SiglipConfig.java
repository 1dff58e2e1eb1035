package org.clipjava.convert;

import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.Scoring;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextMask;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.safetensors.ModelFormatException;

/**
 * What a {@code config.json} of Hugging Face's SigLIP says, which is that of SigLIP 2 at a fixed resolution too. Fields that it leaves out
 * have the value that the classes give them.
 */
record SiglipConfig(VisionConfig vision, TextConfig text, String where) {
    /** As the classes have it. */
    private static final float EPS = 1e-6f;

    static SiglipConfig of(JsonFields config) throws ModelFormatException {
        JsonFields vision = tower(config, "vision_config");
        JsonFields text = tower(config, "text_config");
        if (!vision.bool("vision_use_head", true)) {
            throw vision.expected("vision_use_head", "true: without its head the tower has no embeddings");
        }
        if (vision.positive("num_channels", 3) != 3) {
            throw vision.expected("num_channels", "3");
        }
        TowerConfig visionTower = transformer(vision);
        TowerConfig textTower = transformer(text);
        if (text.positive("projection_size", textTower.width()) != visionTower.width()) {
            throw text.expected("projection_size", "the image tower's hidden_size, " + visionTower.width());
        }
        try {
            return new SiglipConfig(
                    VisionConfig.of(visionTower, vision.positive("image_size", 224), vision.positive("patch_size", 16))
                            .withPatchBias(true)
                            .withLnPre(false)
                            .withPool(new ImagePool.Attention(visionTower.heads(), visionTower.mlpWidth()), false)
                            .withProjection(Projection.NONE),
                    TextConfig.of(
                                    textTower,
                                    text.positive("max_position_embeddings", 64),
                                    text.positive("vocab_size", 32000),
                                    new TextPool.Last())
                            .withMask(TextMask.NONE)
                            .withProjection(Projection.LINEAR_WITH_BIAS),
                    config.where());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(config.where() + ": " + e.getMessage(), e);
        }
    }

    private static JsonFields tower(JsonFields config, String name) throws ModelFormatException {
        return config.object(name).orElseGet(() -> JsonFields.empty(config.where() + ": " + name));
    }

    private static TowerConfig transformer(JsonFields tower) throws ModelFormatException {
        Optional<Activation> activation =
                CheckpointConfig.activation(tower.string("hidden_act").orElse(Activation.GELU_TANH.spelling()));
        if (activation.isEmpty()) {
            throw tower.expected("hidden_act", "\"gelu_pytorch_tanh\", \"gelu\" or \"quick_gelu\"");
        }
        try {
            return TowerConfig.of(
                    tower.positive("hidden_size", 768),
                    tower.positive("num_hidden_layers", 12),
                    tower.positive("num_attention_heads", 12),
                    tower.positive("intermediate_size", 3072),
                    activation.get(),
                    tower.number("layer_norm_eps", EPS));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(tower.where() + ": " + e.getMessage(), e);
        }
    }

    /**
     * The architecture.
     *
     * @param vocabularySize how many tokens the vocabulary has; no more than the config says
     * @throws ModelFormatException if the padding is beyond it
     */
    ClipConfig architecture(int vocabularySize, int padding) throws ModelFormatException {
        try {
            TextConfig fitted = TextConfig.of(text.tower(), text.contextLength(), vocabularySize, text.pool())
                    .withMask(text.mask())
                    .withPadding(padding)
                    .withProjection(text.projection());
            return ClipConfig.of(vision, fitted, vision.tower().width()).withScoring(new Scoring.Sigmoid());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(where + ": " + e.getMessage(), e);
        }
    }
}
