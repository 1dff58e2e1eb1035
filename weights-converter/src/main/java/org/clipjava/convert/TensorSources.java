package org.clipjava.convert;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.Projection;
import org.clipjava.config.VisionConfig;
import org.clipjava.modelfile.TensorSpec;
import org.clipjava.safetensors.ModelFormatException;

/** Which of a checkpoint's tensors, under Hugging Face's names, a tensor of the model file is made of. Each is to be taken once. */
record TensorSources(Checkpoint checkpoint, Optional<VisionConfig> vision, boolean textBias) {
    static TensorSources of(Checkpoint checkpoint, ClipConfig config) {
        return new TensorSources(
                checkpoint,
                config.hasVision() ? Optional.of(config.vision()) : Optional.empty(),
                config.hasText() && config.text().projection() == Projection.LINEAR_WITH_BIAS);
    }

    private static final String PROBE = "vision.pool.probe";
    private static final String PATCH_EMBEDDING = "vision.patch_embedding";

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("vision.class_embedding", "vision_model.embeddings.class_embedding"),
            Map.entry(PATCH_EMBEDDING, "vision_model.embeddings.patch_embedding.weight"),
            Map.entry("vision.position_embedding", "vision_model.embeddings.position_embedding.weight"),
            Map.entry("vision.ln_pre.weight", "vision_model.pre_layrnorm.weight"), // sic
            Map.entry("vision.ln_pre.bias", "vision_model.pre_layrnorm.bias"),
            Map.entry("vision.ln_post.weight", "vision_model.post_layernorm.weight"),
            Map.entry("vision.ln_post.bias", "vision_model.post_layernorm.bias"),
            Map.entry("vision.patch_embedding_bias", "vision_model.embeddings.patch_embedding.bias"),
            Map.entry(PROBE, "vision_model.head.probe"),
            Map.entry("vision.pool.attention.qkv.weight", "vision_model.head.attention.in_proj_weight"),
            Map.entry("vision.pool.attention.qkv.bias", "vision_model.head.attention.in_proj_bias"),
            Map.entry("vision.pool.attention.out.weight", "vision_model.head.attention.out_proj.weight"),
            Map.entry("vision.pool.attention.out.bias", "vision_model.head.attention.out_proj.bias"),
            Map.entry("vision.pool.ln.weight", "vision_model.head.layernorm.weight"),
            Map.entry("vision.pool.ln.bias", "vision_model.head.layernorm.bias"),
            Map.entry("vision.pool.mlp.fc1.weight", "vision_model.head.mlp.fc1.weight"),
            Map.entry("vision.pool.mlp.fc1.bias", "vision_model.head.mlp.fc1.bias"),
            Map.entry("vision.pool.mlp.fc2.weight", "vision_model.head.mlp.fc2.weight"),
            Map.entry("vision.pool.mlp.fc2.bias", "vision_model.head.mlp.fc2.bias"),
            Map.entry("vision.projection", "visual_projection.weight"),
            Map.entry("vision.projection_bias", "visual_projection.bias"),
            Map.entry("text.token_embedding", "text_model.embeddings.token_embedding.weight"),
            Map.entry("text.position_embedding", "text_model.embeddings.position_embedding.weight"),
            Map.entry("text.ln_pre.weight", BertNames.LN_PRE + "weight"),
            Map.entry("text.ln_pre.bias", BertNames.LN_PRE + "bias"),
            Map.entry("text.ln_final.weight", "text_model.final_layer_norm.weight"),
            Map.entry("text.ln_final.bias", "text_model.final_layer_norm.bias"),
            Map.entry("text.projection_hidden", BertNames.HIDDEN_PROJECTION),
            Map.entry("text.projection", "text_projection.weight"),
            Map.entry("logit_scale", "logit_scale"),
            Map.entry("logit_bias", "logit_bias"));

    /** A projection that has a bias is the last layer of the text tower's own. */
    private static final Map<String, String> TEXT_HEAD =
            Map.of("text.projection", "text_model.head.weight", "text.projection_bias", "text_model.head.bias");

    /** Of the pool, where its query, key and value are not one below the other already. */
    private static final Map<String, List<String>> POOL_PARTS = Map.of(
            "vision.pool.attention.qkv.weight",
            poolParts("weight"),
            "vision.pool.attention.qkv.bias",
            poolParts("bias"));

    private static List<String> poolParts(String kind) {
        return Stream.of("q_proj.", "k_proj.", "v_proj.")
                .map(part -> "vision_model.head.attention." + part + kind)
                .toList();
    }

    /** Of a block; query, key and value lie one below the other. */
    private static final Map<String, List<String>> BLOCK_NAMES = Map.ofEntries(
            Map.entry("ln_1.weight", List.of("layer_norm1.weight")),
            Map.entry("ln_1.bias", List.of("layer_norm1.bias")),
            Map.entry(
                    "attention.qkv.weight",
                    List.of("self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight")),
            Map.entry(
                    "attention.qkv.bias",
                    List.of("self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias")),
            Map.entry("attention.out.weight", List.of("self_attn.out_proj.weight")),
            Map.entry("attention.out.bias", List.of("self_attn.out_proj.bias")),
            Map.entry("ln_2.weight", List.of("layer_norm2.weight")),
            Map.entry("ln_2.bias", List.of("layer_norm2.bias")),
            Map.entry("mlp.fc1.weight", List.of("mlp.fc1.weight")),
            Map.entry("mlp.fc1.bias", List.of("mlp.fc1.bias")),
            Map.entry("mlp.fc2.weight", List.of("mlp.fc2.weight")),
            Map.entry("mlp.fc2.bias", List.of("mlp.fc2.bias")));

    private static final Pattern STEM = Pattern.compile("vision\\.(stem\\.([0-9]+)\\.(weight|bias))");
    private static final Pattern BLOCK = Pattern.compile("(vision|text)\\.blocks\\.([0-9]+)\\.(.+)");

    /**
     * What a tensor is made of, one below the other.
     *
     * @throws ModelFormatException if the checkpoint does not have it, or in another shape
     */
    List<SourceTensor> of(TensorSpec tensor) throws ModelFormatException {
        Matcher block = BLOCK.matcher(tensor.name());
        List<String> pool = POOL_PARTS.get(tensor.name());
        if (pool != null && checkpoint.has(pool.getFirst())) {
            return taken(tensor, "", pool);
        }
        Matcher stem = STEM.matcher(tensor.name());
        if (stem.matches()) {
            return List.of(checkpoint.take("vision_model." + stem.group(1), shape(tensor, 1)));
        }
        if (!block.matches()) {
            if (tensor.name().equals(PATCH_EMBEDDING) && vision.orElseThrow().anyShape()) {
                return List.of(ofPixels(tensor, vision.get().patchSize()));
            }
            Map<String, String> names = TEXT_HEAD.containsKey(tensor.name()) && textBias ? TEXT_HEAD : NAMES;
            return List.of(checkpoint.take(known(names, tensor.name()), shape(tensor, 1)));
        }
        String prefix = block.group(1) + "_model.encoder.layers." + block.group(2) + ".";
        return taken(tensor, prefix, known(BLOCK_NAMES, block.group(3)));
    }

    /** A linear layer of patches whose pixels lie row, column, channel. */
    private SourceTensor ofPixels(TensorSpec tensor, int side) throws ModelFormatException {
        return checkpoint
                .take(known(NAMES, tensor.name()), tensor.rows(), tensor.columns())
                .split(1, side, side, 3)
                .permuted(0, 3, 1, 2);
    }

    private List<SourceTensor> taken(TensorSpec tensor, String prefix, List<String> names) throws ModelFormatException {
        long[] shape = shape(tensor, names.size());
        SourceTensor[] parts = new SourceTensor[names.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = checkpoint.take(prefix + names.get(i), shape);
        }
        return List.of(parts);
    }

    private static <T> T known(Map<String, T> names, String name) {
        return Objects.requireNonNull(names.get(name), name); // the tables have every part that a model file can have
    }

    /** A convolution's kernels, whose bytes are the matrix's: channel, row, column of pixels; row, column, value of states. */
    private static long[] squares(TensorSpec tensor, long side, boolean pixels) {
        long values = tensor.columns() / (side * side);
        return pixels ? new long[] {tensor.rows(), values, side, side} : new long[] {tensor.rows(), side, side, values};
    }

    /** Of one of so many equal parts. */
    private long[] shape(TensorSpec tensor, int parts) {
        if (tensor.name().equals(PROBE)) {
            return new long[] {1, 1, tensor.columns()};
        }
        if (tensor.name().equals(PATCH_EMBEDDING)) {
            VisionConfig tower = vision.orElseThrow();
            return squares(tensor, tower.patchSquares(), tower.stem().isEmpty());
        }
        Matcher stem = STEM.matcher(tensor.name());
        if (stem.matches() && stem.group(3).equals("weight")) {
            int stage = Integer.parseInt(stem.group(2));
            return squares(
                    tensor,
                    vision.orElseThrow()
                            .stem()
                            .orElseThrow()
                            .stages()
                            .get(stage)
                            .side(),
                    stage == 0);
        }
        long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
        if (shape.length > 0) {
            shape[0] /= parts;
        }
        return shape;
    }
}
