package org.clipjava.weights;

import java.util.Arrays;
import java.util.Map;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The architecture, as the metadata of a model file states it.
 *
 * @param projection E, the width of the space that both towers project to
 * @param activation of every MLP
 * @param layerNormEps added to the variance in every LayerNorm
 */
public record ClipConfig(Vision vision, Text text, int projection, Activation activation, float layerNormEps) {

    public ClipConfig {
        ConfigChecks.inRange("projection", projection, 1, 1 << 16);
        if (!(layerNormEps > 0 && layerNormEps < 1)) {
            throw new IllegalArgumentException("layer_norm_eps: expected a number in (0, 1), found " + layerNormEps);
        }
    }

    /**
     * The image tower.
     *
     * @param imageSize side of the square picture, in pixels
     * @param patchSize P, side of a patch
     */
    public record Vision(TowerConfig tower, int imageSize, int patchSize) {
        public Vision {
            ConfigChecks.inRange("image_size", imageSize, 1, 1 << 13);
            ConfigChecks.inRange("patch_size", patchSize, 1, imageSize);
        }

        /** Patches along a side; what is left over at the right and bottom is not seen, as in the reference. */
        public int grid() {
            return imageSize / patchSize;
        }

        /** N: one token a patch, and the class token before them. */
        public int tokens() {
            return grid() * grid() + 1;
        }

        /** Values in a patch: 3 · P · P. */
        public int patchValues() {
            return 3 * patchSize * patchSize;
        }

        /**
         * What every encoder refuses.
         *
         * @throws IllegalArgumentException if a picture of this size is none of the model's
         */
        public void requireSize(int height, int width) {
            if (height != imageSize || width != imageSize) {
                throw new IllegalArgumentException(
                        "expected pixels of %1$d x %1$d, found %2$d x %3$d".formatted(imageSize, height, width));
            }
        }
    }

    /**
     * The text tower.
     *
     * @param contextLength C, the most tokens of a text, start and end included
     * @param vocabularySize V
     * @param startToken id that begins every text
     * @param endToken id that ends every text; the text is pooled where it first stands
     */
    public record Text(TowerConfig tower, int contextLength, int vocabularySize, int startToken, int endToken) {
        public Text {
            ConfigChecks.inRange("context_length", contextLength, 2, 1 << 16);
            ConfigChecks.inRange("vocabulary_size", vocabularySize, 1, 1 << 24);
            ConfigChecks.inRange("start_token", startToken, 0, vocabularySize - 1);
            ConfigChecks.inRange("end_token", endToken, 0, vocabularySize - 1);
        }

        /**
         * A text up to the end token that it is pooled at: under the causal mask nothing behind can change what is pooled.
         *
         * @param ids none negative
         * @throws IllegalArgumentException if they are more than the context holds, one is outside the vocabulary, or none is
         *     the end token
         */
        public int[] upToEnd(int[] ids) {
            if (ids.length > contextLength) {
                throw new IllegalArgumentException(
                        "expected at most " + contextLength + " tokens, found " + ids.length);
            }
            for (int id : ids) {
                if (id >= vocabularySize) {
                    throw new IllegalArgumentException("expected token ids below " + vocabularySize + ", found " + id);
                }
            }
            for (int i = 0; i < ids.length; i++) {
                if (ids[i] == endToken) {
                    return Arrays.copyOf(ids, i + 1);
                }
            }
            throw new IllegalArgumentException("expected an end token, " + endToken + ", to pool the text at");
        }
    }

    /**
     * Reads the {@code clip.*} keys that describe the architecture.
     *
     * @param file name of the model file, for messages
     * @throws ModelFormatException if a key is missing or its value makes no sense
     */
    public static ClipConfig parse(Map<String, String> metadata, String file) throws ModelFormatException {
        Metadata values = new Metadata(metadata, file);
        values.require("clip.format_version", "1");
        try {
            Vision vision = new Vision(
                    tower(values, "clip.vision"),
                    values.integer("clip.vision.image_size"),
                    values.integer("clip.vision.patch_size"));
            Text text = new Text(
                    tower(values, "clip.text"),
                    values.integer("clip.text.context_length"),
                    values.integer("clip.text.vocabulary_size"),
                    values.integer("clip.text.start_token"),
                    values.integer("clip.text.end_token"));
            return new ClipConfig(
                    vision,
                    text,
                    values.integer("clip.projection"),
                    activation(values),
                    values.decimal("clip.layer_norm_eps"));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(
                    file + ": metadata: " + e.getMessage() + "; convert the checkpoint again", e);
        }
    }

    private static TowerConfig tower(Metadata values, String prefix) throws ModelFormatException {
        int width = values.integer(prefix + ".width");
        int layers = values.integer(prefix + ".layers");
        int heads = values.integer(prefix + ".heads");
        int mlpWidth = values.integer(prefix + ".mlp_width");
        try {
            return new TowerConfig(width, layers, heads, mlpWidth);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(prefix + "." + e.getMessage(), e);
        }
    }

    private static Activation activation(Metadata values) throws ModelFormatException {
        String spelling = values.string("clip.activation");
        return Arrays.stream(Activation.values())
                .filter(activation -> activation.spelling().equals(spelling))
                .findFirst()
                .orElseThrow(() -> values.malformed("clip.activation", "quick_gelu or gelu", spelling));
    }
}
