package org.clipjava.testdata;

import java.util.ArrayList;
import java.util.List;
import org.clipjava.testdata.SyntheticCheckpoint.Tensor;
import org.clipjava.testdata.SyntheticCheckpoint.Text;
import org.clipjava.testdata.SyntheticCheckpoint.Vision;

/**
 * Deterministic SigLIP weights under Hugging Face's names, by the generator of {@link SyntheticCheckpoint}. The goldens
 * {@code golden/siglip-*.safetensors} and {@code golden/naflex-*.safetensors} were made by Hugging Face's own models with exactly these
 * weights.
 *
 * @param projection width of the shared embedding space; the image tower has it too
 * @param anyShape whether it is a SigLIP 2 for pictures of any shape (NaFlex); the picture's size is then that of the positions
 */
public record SyntheticSiglip(int projection, Vision vision, Text text, boolean anyShape) {
    /**
     * Small, and odd on purpose: head size 24, pictures that the patch does not divide (70 = 8 · 8 + 6), a text tower of another width.
     */
    public static final SyntheticSiglip TINY =
            new SyntheticSiglip(72, new Vision(72, 200, 3, 3, 70, 8), new Text(48, 136, 2, 2, 64, 1003), false);

    /** The published shape of {@code google/siglip-base-patch16-224}: 203,155,970 parameters. */
    public static final SyntheticSiglip B_16_224 = new SyntheticSiglip(
            768, new Vision(768, 3072, 12, 12, 224, 16), new Text(768, 3072, 12, 12, 64, 32000), false);

    /** For pictures of any shape, as small, with positions for 8 x 8 patches. */
    public static final SyntheticSiglip NAFLEX_TINY =
            new SyntheticSiglip(72, new Vision(72, 200, 3, 3, 64, 8), new Text(48, 136, 2, 2, 64, 1003), true);

    /** The published shape of the image tower of {@code google/siglip2-base-patch16-naflex}, beside a text tower of little. */
    public static final SyntheticSiglip NAFLEX_B_16 =
            new SyntheticSiglip(768, new Vision(768, 3072, 12, 12, 256, 16), new Text(48, 136, 2, 2, 64, 1003), true);

    /** For pictures of any shape, with heads as wide as those of So400m/16, for all layouts: with a vocabulary of 1,500 tokens. */
    public static final SyntheticSiglip NAFLEX_WIDE_HEADS =
            new SyntheticSiglip(144, new Vision(144, 538, 2, 2, 64, 8), new Text(48, 136, 2, 2, 64, 1500), true);

    /** Every tensor, in checkpoint order. */
    public List<Tensor> tensors() {
        Recipe recipe = new Recipe();
        recipe.vision();
        recipe.text();
        recipe.add("logit_scale", 4.7647f, 0f, 1);
        recipe.add("logit_bias", -12.93f, 0f, 1);
        return List.copyOf(recipe.tensors);
    }

    /** The {@code config.json} that Hugging Face would ship beside the weights, without what says what its classes say anyway. */
    public String configJson() {
        String kind = anyShape ? "siglip2" : "siglip";
        String size = anyShape ? "\"num_patches\": " + side() * side() : "\"image_size\": " + vision.imageSize();
        return """
                {"architectures": ["%sModel"], "initializer_factor": 1.0, "model_type": "%s",
                 "text_config": {"hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                  "num_attention_heads": %d, "max_position_embeddings": %d, "vocab_size": %d, "projection_size": %d,
                  "model_type": "%s_text_model", "bos_token_id": 49406, "eos_token_id": 49407, "pad_token_id": 1},
                 "vision_config": {"hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                  "num_attention_heads": %d, %s, "patch_size": %d,
                  "model_type": "%s_vision_model"}}
                """.formatted(
                        anyShape ? "Siglip2" : "Siglip",
                        kind,
                        text.width(),
                        text.mlpWidth(),
                        text.layers(),
                        text.heads(),
                        text.contextLength(),
                        text.vocabularySize(),
                        projection,
                        kind,
                        vision.width(),
                        vision.mlpWidth(),
                        vision.layers(),
                        vision.heads(),
                        size,
                        vision.patchSize(),
                        kind);
    }

    /** Positions along a side. */
    private int side() {
        return vision.imageSize() / vision.patchSize();
    }

    /** The {@code preprocessor_config.json} that Hugging Face would ship beside the weights. */
    public String preprocessorConfigJson() {
        if (anyShape) {
            return """
                    {"do_convert_rgb": null, "do_normalize": true, "do_rescale": true, "do_resize": true,
                     "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "Siglip2ImageProcessor",
                     "image_std": [0.5, 0.5, 0.5], "max_num_patches": %d, "patch_size": %d,
                     "processor_class": "Siglip2Processor", "resample": 2, "rescale_factor": 0.00392156862745098}
                    """.formatted(side() * side(), vision.patchSize());
        }
        return """
                {"do_normalize": true, "do_rescale": true, "do_resize": true,
                 "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "SiglipImageProcessor",
                 "image_std": [0.5, 0.5, 0.5], "processor_class": "SiglipProcessor", "resample": 3,
                 "rescale_factor": 0.00392156862745098, "size": {"height": %1$d, "width": %1$d}}
                """.formatted(vision.imageSize());
    }

    /** Amplitudes as the reference recipe has them: a uniform of the wanted deviation, rounded to six decimals. */
    private final class Recipe {
        private final List<Tensor> tensors = new ArrayList<>();

        private void vision() {
            int width = vision.width();
            String embeddings = "vision_model.embeddings.";
            int patch = vision.patchSize();
            if (anyShape) {
                add(embeddings + "patch_embedding.weight", 0f, deviation(0.04), width, patch * patch * 3);
            } else {
                add(embeddings + "patch_embedding.weight", 0f, deviation(0.04), width, 3, patch, patch);
            }
            add(embeddings + "patch_embedding.bias", 0f, 0.05f, width);
            add(embeddings + "position_embedding.weight", 0f, deviation(0.3), side() * side(), width);
            encoder("vision_model", width, vision.mlpWidth(), vision.layers());
            norm("vision_model.post_layernorm", width);
            String head = "vision_model.head.";
            double attention = Math.pow(width, -0.5);
            add(head + "probe", 0f, deviation(1), 1, 1, width);
            add(head + "attention.in_proj_weight", 0f, deviation(2 * attention), 3 * width, width);
            add(head + "attention.in_proj_bias", 0f, 0.05f, 3 * width);
            linear(head + "attention.out_proj", width, width, attention);
            norm(head + "layernorm", width);
            linear(head + "mlp.fc1", vision.mlpWidth(), width, 2 * Math.pow(2 * width, -0.5));
            linear(head + "mlp.fc2", width, vision.mlpWidth(), attention);
        }

        private void text() {
            int width = text.width();
            String embeddings = "text_model.embeddings.";
            add(embeddings + "token_embedding.weight", 0f, deviation(0.3), text.vocabularySize(), width);
            add(embeddings + "position_embedding.weight", 0f, deviation(0.15), text.contextLength(), width);
            encoder("text_model", width, text.mlpWidth(), text.layers());
            norm("text_model.final_layer_norm", width);
            linear("text_model.head", projection, width, Math.pow(width, -0.5));
        }

        private void encoder(String prefix, int width, int mlpWidth, int layers) {
            double attention = Math.pow(width, -0.5);
            double output = Math.pow(width, -0.5) * Math.pow(2 * layers, -0.5);
            for (int i = 0; i < layers; i++) {
                String layer = prefix + ".encoder.layers." + i;
                norm(layer + ".layer_norm1", width);
                linear(layer + ".self_attn.q_proj", width, width, attention * 2);
                linear(layer + ".self_attn.k_proj", width, width, attention * 2);
                linear(layer + ".self_attn.v_proj", width, width, attention);
                linear(layer + ".self_attn.out_proj", width, width, output);
                norm(layer + ".layer_norm2", width);
                linear(layer + ".mlp.fc1", mlpWidth, width, 2 * Math.pow(2 * width, -0.5));
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
