package org.clipjava.convert;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.Projection;
import org.clipjava.config.TextConfig;
import org.clipjava.config.TextPool;
import org.clipjava.config.TowerConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/**
 * What {@code config.json} says of the model. Fields that it leaves out have the value that Hugging Face's classes give
 * them.
 *
 * @param projection width of the shared embedding space
 * @param visionLayers what the layers of the vision tower compute with
 * @param textLayers what those of the text tower do
 * @param imageTower if the checkpoint has one
 * @param textTower if the checkpoint has one
 */
record CheckpointConfig(
        int projection, Layers visionLayers, Layers textLayers, Optional<Vision> imageTower, Optional<Text> textTower) {

    record Layers(Activation activation, float eps) {}

    /** Of towers that compute with the same. */
    CheckpointConfig(int projection, Layers layers, Vision vision, Text text) {
        this(projection, layers, layers, Optional.of(vision), Optional.of(text));
    }

    /** Of the towers that there are. */
    CheckpointConfig(int projection, Layers layers, Optional<Vision> vision, Optional<Text> text) {
        this(projection, layers, layers, vision, text);
    }

    /** The vision tower, which is there. */
    Vision vision() {
        return imageTower.orElseThrow();
    }

    /** The text tower, which is there. */
    Text text() {
        return textTower.orElseThrow();
    }

    /** The same of the towers alone that the checkpoint has weights of; of both if it has none of either, which is an error later. */
    CheckpointConfig only(Checkpoint checkpoint) {
        boolean one = checkpoint.hasVision() != checkpoint.hasText();
        return new CheckpointConfig(
                projection,
                visionLayers,
                textLayers,
                imageTower.filter(tower -> !one || checkpoint.hasVision()),
                textTower.filter(tower -> !one || checkpoint.hasText()));
    }

    record Vision(int width, int mlpWidth, int layers, int heads, int imageSize, int patchSize) {
        /** Patches and the class token. */
        long tokens() {
            long side = imageSize / patchSize;
            return side * side + 1;
        }

        /** @param where what messages call the config, by whose own names of its fields they go */
        void check(String where, String imageField, String patchField) throws ModelFormatException {
            if (imageSize % patchSize != 0) {
                throw new ModelFormatException("%s: expected an %s that is a multiple of %s, found %d and %d"
                        .formatted(where, imageField, patchField, imageSize, patchSize));
            }
        }
    }

    record Text(int width, int mlpWidth, int layers, int heads, int contextLength, int vocabularySize) {}

    /**
     * The architecture, as a model file describes it. A tower alone may have no projection; then its states are its embeddings.
     *
     * @param pooled the token at whose first place texts are pooled; of a checkpoint with a text tower
     * @param projected whether there is a projection
     * @param where what messages call the checkpoint
     * @throws ModelFormatException if a size is beyond what a model file can have
     */
    ClipConfig architecture(OptionalInt pooled, boolean projected, String where) throws ModelFormatException {
        try {
            if (imageTower.isPresent() && textTower.isPresent()) {
                return ClipConfig.of(visionPart(), textPart(pooled.orElseThrow()), projection);
            }
            if (imageTower.isPresent()) {
                return projected
                        ? ClipConfig.ofVision(visionPart(), projection)
                        : ClipConfig.ofVision(visionPart().withProjection(Projection.NONE), vision().width);
            }
            TextConfig text = textPart(pooled.orElseThrow());
            return projected
                    ? ClipConfig.ofText(text, projection)
                    : ClipConfig.ofText(text.withProjection(Projection.NONE), text().width);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(where + ": " + e.getMessage(), e);
        }
    }

    /** The image tower, which is there, as a model file describes it. */
    VisionConfig visionPart() {
        Vision vision = vision();
        TowerConfig tower = TowerConfig.of(
                vision.width, vision.layers, vision.heads, vision.mlpWidth, visionLayers.activation, visionLayers.eps);
        return VisionConfig.of(tower, vision.imageSize, vision.patchSize);
    }

    /** The text tower, which is there, as a model file describes it. */
    TextConfig textPart(int pooled) {
        Text text = text();
        TowerConfig tower = TowerConfig.of(
                text.width, text.layers, text.heads, text.mlpWidth, textLayers.activation, textLayers.eps);
        return TextConfig.of(tower, text.contextLength, text.vocabularySize, new TextPool.FirstOf(pooled));
    }

    /** The same with a vocabulary of this size. */
    CheckpointConfig withVocabulary(int size) {
        return new CheckpointConfig(
                projection,
                visionLayers,
                textLayers,
                imageTower,
                textTower.map(text ->
                        new Text(text.width, text.mlpWidth, text.layers, text.heads, text.contextLength, size)));
    }

    static CheckpointConfig of(JsonFields config) throws ModelFormatException {
        String modelType = config.string("model_type").orElse("clip");
        switch (modelType) {
            case "clip", MetaClip2.WHOLE -> {}
            case CheckpointFiles.CLIP_VISION, MetaClip2.VISION -> {
                checkChannels(config);
                return new CheckpointConfig(
                        config.positive("projection_dim", 512),
                        layers(config),
                        Optional.of(vision(config)),
                        Optional.empty());
            }
            case CheckpointFiles.CLIP_TEXT, MetaClip2.TEXT -> {
                return new CheckpointConfig(
                        config.positive("projection_dim", 512),
                        layers(config),
                        Optional.empty(),
                        Optional.of(text(config)));
            }
            default ->
                throw new ModelFormatException(config.where() + ": model_type: "
                        + OtherFamilies.ofType(modelType)
                                .orElse("expected \"clip\", found " + Shown.quoted(modelType)
                                        + "; only CLIP models and their towers can be converted"));
        }
        JsonFields vision = tower(config, "vision_config");
        JsonFields text = tower(config, "text_config");

        checkChannels(vision);
        // Not read: eos_token_id, which CLIP's original configs have as 2. The text is pooled at the vocabulary's end
        // token. MetaClip2 reads it.
        return new CheckpointConfig(
                config.positive("projection_dim", 512),
                layers(vision),
                layers(text),
                Optional.of(vision(vision)),
                Optional.of(text(text)));
    }

    private static void checkChannels(JsonFields vision) throws ModelFormatException {
        if (vision.positive("num_channels", 3) != 3) {
            throw vision.expected("num_channels", "3");
        }
    }

    private static Vision vision(JsonFields config) throws ModelFormatException {
        Vision vision = new Vision(
                config.positive("hidden_size", 768),
                config.positive("intermediate_size", 3072),
                config.positive("num_hidden_layers", 12),
                config.positive("num_attention_heads", 12),
                config.positive("image_size", 224),
                config.positive("patch_size", 32));
        checkHeads(config, vision.width, vision.heads);
        vision.check(config.where(), "image_size", "patch_size");
        return vision;
    }

    private static Text text(JsonFields config) throws ModelFormatException {
        Text text = new Text(
                config.positive("hidden_size", 512),
                config.positive("intermediate_size", 2048),
                config.positive("num_hidden_layers", 12),
                config.positive("num_attention_heads", 8),
                config.positive("max_position_embeddings", 77),
                config.positive("vocab_size", 49408));
        checkHeads(config, text.width, text.heads);
        return text;
    }

    /**
     * The tower's fields. Where there is the older {@code <name>_dict}, it has all of them: transformers completes it with its
     * own defaults, and puts that over the newer one.
     */
    static JsonFields tower(JsonFields config, String name) throws ModelFormatException {
        Optional<JsonFields> older = config.object(name + "_dict");
        Optional<JsonFields> tower = older.isPresent() ? older : config.object(name);
        return tower.orElseGet(() -> JsonFields.empty(config.where() + ": " + name));
    }

    private static Layers layers(JsonFields tower) throws ModelFormatException {
        Optional<Activation> activation =
                activation(tower.string("hidden_act").orElse(Activation.QUICK_GELU.spelling()));
        if (activation.isEmpty()) {
            throw tower.expected("hidden_act", "\"quick_gelu\", \"gelu\" or \"gelu_pytorch_tanh\"");
        }
        float eps = tower.number("layer_norm_eps", 1e-5f);
        if (!(eps > 0)) {
            throw tower.expected("layer_norm_eps", "a number above zero");
        }
        if (eps >= 1) {
            throw tower.expected("layer_norm_eps", "a number below one");
        }
        return new Layers(activation.get(), eps);
    }

    /** As Hugging Face spells it; empty for what the engine has not. */
    static Optional<Activation> activation(String spelling) {
        return Arrays.stream(Activation.values())
                .filter(known -> known.spelling().equals(spelling))
                .findFirst();
    }

    private static void checkHeads(JsonFields tower, int width, int heads) throws ModelFormatException {
        if (width % heads != 0) {
            throw new ModelFormatException(
                    "%s: expected a hidden_size that is a multiple of num_attention_heads, found %d and %d"
                            .formatted(tower.where(), width, heads));
        }
    }
}
