package org.clipjava.convert;

import java.util.Optional;
import java.util.Set;
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
 * What a {@code config.json} of Hugging Face's SigLIP says, which is that of SigLIP 2 at a fixed resolution too, or of SigLIP 2 for
 * pictures of any shape. Fields that it leaves out have the value that the classes give them.
 */
record SiglipConfig(Optional<VisionConfig> vision, Optional<TextConfig> text, int embedDim, String where) {
    /** As the classes have it. */
    private static final float EPS = 1e-6f;

    /** The two kinds of towers, alone, by {@code model_type}. */
    private static final Set<String> VISION_ALONE =
            Set.of(CheckpointFiles.SIGLIP_VISION, CheckpointFiles.SIGLIP_2_VISION);

    private static final Set<String> TEXT_ALONE = Set.of(CheckpointFiles.SIGLIP_TEXT, CheckpointFiles.SIGLIP_2_TEXT);

    static SiglipConfig of(JsonFields config) throws ModelFormatException {
        String type = config.string("model_type").orElse(CheckpointFiles.SIGLIP);
        boolean whole = !VISION_ALONE.contains(type) && !TEXT_ALONE.contains(type);
        boolean anyShape = type.equals(CheckpointFiles.SIGLIP_2) || type.equals(CheckpointFiles.SIGLIP_2_VISION);
        JsonFields visionFields = whole ? tower(config, "vision_config") : config;
        JsonFields textFields = whole ? tower(config, "text_config") : config;
        try {
            Optional<VisionConfig> vision =
                    TEXT_ALONE.contains(type) ? Optional.empty() : Optional.of(vision(visionFields, anyShape));
            Optional<TextConfig> text = VISION_ALONE.contains(type) ? Optional.empty() : Optional.of(text(textFields));
            int embedDim = vision.isPresent()
                    ? vision.get().tower().width()
                    : textFields.positive(
                            "projection_size", text.orElseThrow().tower().width());
            if (text.isPresent()
                    && textFields.positive("projection_size", text.get().tower().width()) != embedDim) {
                throw textFields.expected("projection_size", "the image tower's hidden_size, " + embedDim);
            }
            return new SiglipConfig(vision, text, embedDim, config.where());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(config.where() + ": " + e.getMessage(), e);
        }
    }

    private static VisionConfig vision(JsonFields fields, boolean anyShape) throws ModelFormatException {
        if (!fields.bool("vision_use_head", true)) {
            throw fields.expected("vision_use_head", "true: without its head the tower has no embeddings");
        }
        if (fields.positive("num_channels", 3) != 3) {
            throw fields.expected("num_channels", "3");
        }
        TowerConfig tower = transformer(fields);
        int patch = fields.positive("patch_size", 16);
        int size = anyShape
                ? (int) Math.min((long) side(fields) * patch, Integer.MAX_VALUE)
                : fields.positive("image_size", 224);
        return VisionConfig.of(tower, size, patch)
                .withAnyShape(anyShape)
                .withPatchBias(true)
                .withLnPre(false)
                .withPool(new ImagePool.Attention(tower.heads(), tower.mlpWidth()), false)
                .withProjection(Projection.NONE);
    }

    /** Along which positions lie. */
    private static int side(JsonFields fields) throws ModelFormatException {
        int positions = fields.positive("num_patches", 256);
        int side = (int) Math.sqrt(positions);
        if (side * side != positions || side > 1 << 8) {
            throw fields.expected("num_patches", "those of a square, of at most 65,536");
        }
        return side;
    }

    private static TextConfig text(JsonFields fields) throws ModelFormatException {
        return TextConfig.of(
                        transformer(fields),
                        fields.positive("max_position_embeddings", 64),
                        fields.positive("vocab_size", 32000),
                        new TextPool.Last())
                .withMask(TextMask.NONE)
                .withProjection(Projection.LINEAR_WITH_BIAS);
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
     * @param tokens of a text tower; no more than the config says
     * @throws ModelFormatException if the padding is beyond them
     */
    ClipConfig architecture(Optional<CheckpointTokens.OfPieces> tokens) throws ModelFormatException {
        try {
            if (text.isEmpty()) {
                return scored(ClipConfig.ofVision(vision.orElseThrow(), embedDim));
            }
            TextConfig words = text.get();
            CheckpointTokens.OfPieces pieces = tokens.orElseThrow();
            TextConfig fitted = TextConfig.of(words.tower(), words.contextLength(), pieces.size(), words.pool())
                    .withMask(words.mask())
                    .withPadding(pieces.padding())
                    .withProjection(words.projection());
            return scored(
                    vision.isPresent()
                            ? ClipConfig.of(vision.get(), fitted, embedDim)
                            : ClipConfig.ofText(fitted, embedDim));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(where + ": " + e.getMessage(), e);
        }
    }

    private static ClipConfig scored(ClipConfig config) {
        return config.withScoring(new Scoring.Sigmoid());
    }
}
