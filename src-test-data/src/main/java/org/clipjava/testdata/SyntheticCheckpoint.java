package org.clipjava.testdata;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Deterministic CLIP weights under Hugging Face names: the same float32 bits in any language.
 *
 * <p>Element i (row-major) of the tensor called {@code name} is
 *
 * <pre>
 * seed = FNV-1a 64 of the UTF-8 bytes of name
 * z    = splitmix64 finaliser of (seed + (i + 1) · 0x9E3779B97F4A7C15)   (mod 2^64)
 * u    = (z &gt;&gt;&gt; 40) · 2^-23 - 1            exact in float32, in [-1, 1)
 * w    = centre + amplitude · u            one float32 product, one float32 sum
 * </pre>
 *
 * <p>The goldens in {@code golden/} were made by the original implementation with exactly these weights.
 *
 * @param projection width of the shared embedding space
 */
public record SyntheticCheckpoint(int projection, Vision vision, Text text) {

    /** The published shape of {@code openai/clip-vit-base-patch32}. */
    public static final SyntheticCheckpoint VIT_B_32 =
            new SyntheticCheckpoint(512, new Vision(768, 3072, 12, 12, 224, 32), new Text(512, 2048, 12, 8, 77, 49408));

    /** Small, and odd in every dimension: head size 24, 65 tokens, 40 outputs. */
    public static final SyntheticCheckpoint TINY =
            new SyntheticCheckpoint(40, new Vision(72, 200, 3, 3, 64, 8), new Text(48, 136, 2, 2, 77, 49408));

    /** The published shape of OpenAI's ViT-B/16. */
    public static final SyntheticCheckpoint VIT_B_16 =
            new SyntheticCheckpoint(512, new Vision(768, 3072, 12, 12, 224, 16), new Text(512, 2048, 12, 8, 77, 49408));

    /** The published shape of OpenAI's ViT-L/14. */
    public static final SyntheticCheckpoint VIT_L_14 = new SyntheticCheckpoint(
            768, new Vision(1024, 4096, 24, 16, 224, 14), new Text(768, 3072, 12, 12, 77, 49408));

    /** The published shape of OpenAI's ViT-L/14@336px. */
    public static final SyntheticCheckpoint VIT_L_14_336 = new SyntheticCheckpoint(
            768, new Vision(1024, 4096, 24, 16, 336, 14), new Text(768, 3072, 12, 12, 77, 49408));

    /** The published shape of LAION's ViT-H/14, which has heads of 80. */
    public static final SyntheticCheckpoint VIT_H_14 = new SyntheticCheckpoint(
            1024, new Vision(1280, 5120, 32, 16, 224, 14), new Text(1024, 4096, 24, 16, 77, 49408));

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** The image tower. */
    public record Vision(int width, int mlpWidth, int layers, int heads, int imageSize, int patchSize) {
        /** Patches and the class token. */
        public int tokens() {
            int side = imageSize / patchSize;
            return side * side + 1;
        }
    }

    /** The text tower. */
    public record Text(int width, int mlpWidth, int layers, int heads, int contextLength, int vocabularySize) {}

    /** One tensor of the checkpoint, described by its recipe; {@link #values()} computes it. */
    public record Tensor(String name, List<Integer> shape, float centre, float amplitude) {
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        public float[] values() {
            float[] values = uniform(name, size());
            for (int i = 0; i < values.length; i++) {
                values[i] = centre + amplitude * values[i];
            }
            return values;
        }
    }

    /** FNV-1a, 64 bits, of the UTF-8 bytes. */
    public static long fnv1a(String name) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001B3L;
        }
        return hash;
    }

    /** {@code n} values in [-1, 1) that depend on the name alone. */
    public static float[] uniform(String name, int n) {
        long seed = fnv1a(name);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            long z = seed + (i + 1) * GOLDEN_GAMMA;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            values[i] = (z >>> 40) * 0x1p-23f - 1f;
        }
        return values;
    }

    /** Every tensor, in checkpoint order. */
    public List<Tensor> tensors() {
        Recipe recipe = new Recipe();
        recipe.vision();
        recipe.text();
        recipe.add("logit_scale", 4.6052f, 0f);
        return List.copyOf(recipe.tensors);
    }

    /** The {@code config.json} that Hugging Face would ship beside the weights. */
    public String configJson() {
        String common = "\"hidden_act\": \"quick_gelu\", \"layer_norm_eps\": 1e-05, \"projection_dim\": %d"
                .formatted(projection);
        return """
                {"architectures": ["CLIPModel"], "model_type": "clip", "torch_dtype": "float32",
                 "projection_dim": %d, "logit_scale_init_value": 2.6592,
                 "text_config": {%s, "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                  "num_attention_heads": %d, "max_position_embeddings": %d, "vocab_size": %d,
                  "model_type": "clip_text_model", "bos_token_id": 49406, "eos_token_id": 49407},
                 "vision_config": {%s, "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                  "num_attention_heads": %d, "image_size": %d, "patch_size": %d,
                  "model_type": "clip_vision_model", "num_channels": 3}}
                """.formatted(
                        projection,
                        common,
                        text.width,
                        text.mlpWidth,
                        text.layers,
                        text.heads,
                        text.contextLength,
                        text.vocabularySize,
                        common,
                        vision.width,
                        vision.mlpWidth,
                        vision.layers,
                        vision.heads,
                        vision.imageSize,
                        vision.patchSize);
    }

    /** The {@code config.json} of the image tower alone. */
    public String visionConfigJson() {
        return """
                {"architectures": ["CLIPVisionModelWithProjection"], "model_type": "clip_vision_model",
                 "hidden_act": "quick_gelu", "layer_norm_eps": 1e-05, "projection_dim": %d, "hidden_size": %d,
                 "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d, "image_size": %d,
                 "patch_size": %d, "num_channels": 3}
                """.formatted(
                        projection,
                        vision.width,
                        vision.mlpWidth,
                        vision.layers,
                        vision.heads,
                        vision.imageSize,
                        vision.patchSize);
    }

    /** The {@code config.json} of the text tower alone. */
    public String textConfigJson() {
        return """
                {"architectures": ["CLIPTextModelWithProjection"], "model_type": "clip_text_model",
                 "hidden_act": "quick_gelu", "layer_norm_eps": 1e-05, "projection_dim": %d, "hidden_size": %d,
                 "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                 "max_position_embeddings": %d, "vocab_size": %d, "bos_token_id": 49406, "eos_token_id": 49407}
                """.formatted(
                        projection,
                        text.width,
                        text.mlpWidth,
                        text.layers,
                        text.heads,
                        text.contextLength,
                        text.vocabularySize);
    }

    /**
     * The {@code open_clip_config.json} that OpenCLIP would ship beside the weights.
     *
     * @param modelFields more fields of {@code model_cfg}, each followed by a comma
     * @param preprocessFields fields of {@code preprocess_cfg}
     */
    public String openClipConfigJson(String modelFields, String preprocessFields) {
        return """
                {"model_cfg": {%s "embed_dim": %d,
                  "vision_cfg": {"image_size": %d, "layers": %d, "width": %d, "head_width": %d, "mlp_ratio": %s,
                   "patch_size": %d},
                  "text_cfg": {"context_length": %d, "vocab_size": %d, "width": %d, "heads": %d, "layers": %d,
                   "mlp_ratio": %s}},
                 "preprocess_cfg": {%s}}
                """.formatted(
                        modelFields,
                        projection,
                        vision.imageSize,
                        vision.layers,
                        vision.width,
                        vision.width / vision.heads,
                        (double) vision.mlpWidth / vision.width,
                        vision.patchSize,
                        text.contextLength,
                        text.vocabularySize,
                        text.width,
                        text.heads,
                        text.layers,
                        (double) text.mlpWidth / text.width,
                        preprocessFields);
    }

    /** The {@code preprocessor_config.json} that Hugging Face would ship beside the weights. */
    public String preprocessorConfigJson() {
        return """
                {"image_processor_type": "CLIPImageProcessor", "do_convert_rgb": true,
                 "do_resize": true, "size": {"shortest_edge": %1$d}, "resample": 3,
                 "do_center_crop": true, "crop_size": {"height": %1$d, "width": %1$d},
                 "do_rescale": true, "rescale_factor": 0.00392156862745098, "do_normalize": true,
                 "image_mean": [0.48145466, 0.4578275, 0.40821073],
                 "image_std": [0.26862954, 0.26130258, 0.27577711]}
                """.formatted(vision.imageSize);
    }

    /** Amplitudes as the reference recipe has them: a uniform of the wanted deviation, rounded to six decimals. */
    private final class Recipe {
        private final List<Tensor> tensors = new ArrayList<>();

        private void vision() {
            int width = vision.width;
            add("vision_model.embeddings.class_embedding", 0f, deviation(Math.pow(width, -0.5)), width);
            add(
                    "vision_model.embeddings.patch_embedding.weight",
                    0f,
                    deviation(0.02),
                    width,
                    3,
                    vision.patchSize,
                    vision.patchSize);
            add(
                    "vision_model.embeddings.position_embedding.weight",
                    0f,
                    deviation(Math.pow(width, -0.5)),
                    vision.tokens(),
                    width);
            norm("vision_model.pre_layrnorm", width);
            encoder("vision_model", width, vision.mlpWidth, vision.layers);
            norm("vision_model.post_layernorm", width);
            add("visual_projection.weight", 0f, deviation(Math.pow(width, -0.5)), projection, width);
        }

        private void text() {
            int width = text.width;
            add("text_model.embeddings.token_embedding.weight", 0f, deviation(0.02), text.vocabularySize, width);
            add("text_model.embeddings.position_embedding.weight", 0f, deviation(0.01), text.contextLength, width);
            encoder("text_model", width, text.mlpWidth, text.layers);
            norm("text_model.final_layer_norm", width);
            add("text_projection.weight", 0f, deviation(Math.pow(width, -0.5)), projection, width);
        }

        private void encoder(String prefix, int width, int mlpWidth, int layers) {
            double attention = Math.pow(width, -0.5);
            double output = Math.pow(width, -0.5) * Math.pow(2 * layers, -0.5);
            double hidden = Math.pow(2 * width, -0.5);
            for (int i = 0; i < layers; i++) {
                String layer = prefix + ".encoder.layers." + i;
                norm(layer + ".layer_norm1", width);
                linear(layer + ".self_attn.q_proj", width, width, attention * 2);
                linear(layer + ".self_attn.k_proj", width, width, attention * 2);
                linear(layer + ".self_attn.v_proj", width, width, attention);
                linear(layer + ".self_attn.out_proj", width, width, output);
                norm(layer + ".layer_norm2", width);
                linear(layer + ".mlp.fc1", mlpWidth, width, hidden);
                linear(layer + ".mlp.fc2", width, mlpWidth, output);
            }
        }

        private void norm(String prefix, int width) {
            add(prefix + ".weight", 1f, 0.2f, width);
            add(prefix + ".bias", 0f, 0.1f, width);
        }

        private void linear(String prefix, int outputs, int inputs, double deviation) {
            add(prefix + ".weight", 0f, deviation(deviation), outputs, inputs);
            add(prefix + ".bias", 0f, 0.05f, outputs);
        }

        private void add(String name, float centre, float amplitude, Integer... shape) {
            tensors.add(new Tensor(name, List.of(shape), centre, amplitude));
        }

        private static float deviation(double deviation) {
            return (float) (Math.rint(deviation * Math.pow(3, 0.5) * 1e6) / 1e6);
        }
    }
}
