package org.clipjava.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.clipjava.safetensors.DType;
import org.clipjava.safetensors.ModelFormatException;

/**
 * OpenCLIP's names of models with an image tower of timm's: timm's for that, which is its {@code visual.trunk}, and its own for the text
 * tower.
 *
 * @param prefix of all names
 * @param anyShape whether the image tower is a NaFlexVit, which embeds patches of pictures of any shape
 */
record TimmNames(String prefix, boolean anyShape) implements TensorNames {
    /** What each image tower of timm's that is a transformer has. */
    static final String ANCHOR = "visual.trunk.patch_embed.proj.weight";

    /** What those have whose patches are embedded by some convolutions. */
    static final String STEM_ANCHOR = "visual.trunk.patch_embed.backbone.0.conv.weight";

    /** What those have that are for pictures of any shape. */
    static final String ANY_SHAPE_ANCHOR = "visual.trunk.embeds.proj.weight";

    private static final String ANY_SHAPE_POSITIONS = "visual.trunk.embeds.pos_embed";

    /** Those convolutions but for the last, with their normalisation folded in. */
    static final String STEM = "vision_model.stem.";

    private static final String BACKBONE = "visual.trunk.patch_embed.backbone.";
    private static final String PATCHES = "vision_model.embeddings.patch_embedding.";
    private static final String CLASS = "vision_model.embeddings.class_embedding";
    private static final String POSITIONS = "vision_model.embeddings.position_embedding.weight";

    /** Of PyTorch's BatchNorm, added to the variance. */
    private static final double BATCH_NORM_EPS = 1e-5;

    /** Elements of what is computed anew here: ten times as many as the largest that is published has. */
    private static final int MOST_FOLDED = 1 << 22;

    private static final Set<DType> FLOATS = Set.of(DType.F32, DType.F16, DType.BF16);

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry(PATCHES + "weight", ANCHOR),
            Map.entry(PATCHES + "bias", "visual.trunk.patch_embed.proj.bias"),
            Map.entry(POSITIONS, "visual.trunk.pos_embed"),
            Map.entry(CLASS, "visual.trunk.cls_token"),
            Map.entry("vision_model.pre_layrnorm.weight", "visual.trunk.norm_pre.weight"),
            Map.entry("vision_model.pre_layrnorm.bias", "visual.trunk.norm_pre.bias"),
            Map.entry("visual_projection.weight", "visual.trunk.head.weight"),
            Map.entry("visual_projection.bias", "visual.trunk.head.bias"),
            Map.entry("text_projection.weight", "text.text_projection"),
            Map.entry("vision_model.post_layernorm.weight", "visual.trunk.norm.weight"),
            Map.entry("vision_model.post_layernorm.bias", "visual.trunk.norm.bias"),
            Map.entry("vision_model.head.probe", "visual.trunk.attn_pool.latent"),
            Map.entry("vision_model.head.attention.q_proj.weight", "visual.trunk.attn_pool.q.weight"),
            Map.entry("vision_model.head.attention.q_proj.bias", "visual.trunk.attn_pool.q.bias"),
            Map.entry("vision_model.head.attention.k_proj.weight", "visual.trunk.attn_pool.kv.weight"),
            Map.entry("vision_model.head.attention.k_proj.bias", "visual.trunk.attn_pool.kv.bias"),
            Map.entry("vision_model.head.attention.v_proj.weight", "visual.trunk.attn_pool.kv.weight"),
            Map.entry("vision_model.head.attention.v_proj.bias", "visual.trunk.attn_pool.kv.bias"),
            Map.entry("vision_model.head.attention.out_proj.weight", "visual.trunk.attn_pool.proj.weight"),
            Map.entry("vision_model.head.attention.out_proj.bias", "visual.trunk.attn_pool.proj.bias"),
            Map.entry("vision_model.head.layernorm.weight", "visual.trunk.attn_pool.norm.weight"),
            Map.entry("vision_model.head.layernorm.bias", "visual.trunk.attn_pool.norm.bias"),
            Map.entry("vision_model.head.mlp.fc1.weight", "visual.trunk.attn_pool.mlp.fc1.weight"),
            Map.entry("vision_model.head.mlp.fc1.bias", "visual.trunk.attn_pool.mlp.fc1.bias"),
            Map.entry("vision_model.head.mlp.fc2.weight", "visual.trunk.attn_pool.mlp.fc2.weight"),
            Map.entry("vision_model.head.mlp.fc2.bias", "visual.trunk.attn_pool.mlp.fc2.bias"),
            Map.entry("text_model.embeddings.token_embedding.weight", "text.token_embedding.weight"),
            Map.entry("text_model.embeddings.position_embedding.weight", "text.positional_embedding"),
            Map.entry("text_model.final_layer_norm.weight", "text.ln_final.weight"),
            Map.entry("text_model.final_layer_norm.bias", "text.ln_final.bias"),
            Map.entry("text_model.head.weight", "text.text_projection.weight"),
            Map.entry("text_model.head.bias", "text.text_projection.bias"),
            Map.entry(LOGIT_SCALE, LOGIT_SCALE),
            Map.entry(LOGIT_BIAS, LOGIT_BIAS));

    /** Of what comes first in a NaFlexVit. */
    private static final Map<String, String> ANY_SHAPE_NAMES = Map.of(
            PATCHES + "weight",
            ANY_SHAPE_ANCHOR,
            PATCHES + "bias",
            "visual.trunk.embeds.proj.bias",
            POSITIONS,
            ANY_SHAPE_POSITIONS);

    /** Of a block of the image tower; query, key and value are three parts of one tensor. */
    private static final Map<String, String> VISION_BLOCK = Map.ofEntries(
            Map.entry("layer_norm1.weight", "norm1.weight"),
            Map.entry("layer_norm1.bias", "norm1.bias"),
            Map.entry("self_attn.q_proj.weight", "attn.qkv.weight"),
            Map.entry("self_attn.k_proj.weight", "attn.qkv.weight"),
            Map.entry("self_attn.v_proj.weight", "attn.qkv.weight"),
            Map.entry("self_attn.q_proj.bias", "attn.qkv.bias"),
            Map.entry("self_attn.k_proj.bias", "attn.qkv.bias"),
            Map.entry("self_attn.v_proj.bias", "attn.qkv.bias"),
            Map.entry("self_attn.out_proj.weight", "attn.proj.weight"),
            Map.entry("self_attn.out_proj.bias", "attn.proj.bias"),
            Map.entry("layer_norm2.weight", "norm2.weight"),
            Map.entry("layer_norm2.bias", "norm2.bias"),
            Map.entry("mlp.fc1.weight", "mlp.fc1.weight"),
            Map.entry("mlp.fc1.bias", "mlp.fc1.bias"),
            Map.entry("mlp.fc2.weight", "mlp.fc2.weight"),
            Map.entry("mlp.fc2.bias", "mlp.fc2.bias"));

    private static final Map<String, List<String>> OF_NAME = inverted(NAMES);
    private static final Map<String, List<String>> OF_ANY_SHAPE_NAME = inverted(ANY_SHAPE_NAMES);
    private static final Map<String, List<String>> OF_VISION_BLOCK = inverted(VISION_BLOCK);
    private static final Map<String, List<String>> OF_TEXT_BLOCK = inverted(OpenAi.BLOCK);

    private static final Pattern HUGGING_FACE_BLOCK =
            Pattern.compile("(vision|text)_model\\.encoder\\.layers\\.([0-9]+)\\.(.*)");
    private static final Pattern OWN_BLOCK =
            Pattern.compile("(visual\\.trunk\\.blocks|text\\.transformer\\.resblocks)\\.([0-9]{1,4})\\.(.*)");

    private static Map<String, List<String>> inverted(Map<String, String> names) {
        return names.keySet().stream().sorted().collect(Collectors.groupingBy(names::get));
    }

    @Override
    public String inCheckpoint(String name) {
        Matcher block = HUGGING_FACE_BLOCK.matcher(name);
        if (block.matches()) {
            boolean vision = block.group(1).equals("vision");
            String own = (vision ? VISION_BLOCK : OpenAi.BLOCK).getOrDefault(block.group(3), block.group(3));
            return prefix + (vision ? "visual.trunk.blocks." : "text.transformer.resblocks.") + block.group(2) + "."
                    + own;
        }
        return prefix + (anyShape ? ANY_SHAPE_NAMES : NAMES).getOrDefault(name, NAMES.getOrDefault(name, name));
    }

    @Override
    public boolean ignores(String inCheckpoint) {
        return inCheckpoint.equals(prefix + "text.attn_mask")
                // of a normalisation: it counts only in training
                || (inCheckpoint.startsWith(prefix + BACKBONE) && inCheckpoint.endsWith(".num_batches_tracked"));
    }

    @Override
    public SequencedMap<String, SourceTensor> translated(SequencedMap<String, SourceTensor> tensors)
            throws ModelFormatException {
        SequencedMap<String, SourceTensor> translated = new LinkedHashMap<>();
        for (Map.Entry<String, SourceTensor> entry : tensors.entrySet()) {
            for (String name : translated(entry.getKey().substring(prefix.length()))) {
                SourceTensor tensor = adapted(name, entry.getValue());
                OpenAi.expect(
                        translated.put(name, tensor) == null, tensor, "OpenCLIP's names or Hugging Face's, not both");
            }
        }
        if (translated.containsKey(STEM_ANCHOR)) {
            foldStem(translated);
        }
        return translated;
    }

    /**
     * Makes one linear layer of each convolution and its normalisation. The class token of such a tower has no position: it gets one of
     * zeros, before the others.
     */
    private static void foldStem(SequencedMap<String, SourceTensor> translated) throws ModelFormatException {
        int stage = 0;
        while (translated.containsKey(BACKBONE + stage + ".bn.weight")) {
            foldStage(stage, translated);
            stage++;
        }
        String last = BACKBONE + stage + ".conv.";
        SourceTensor kernel = squares(taken(last + "weight", translated));
        translated.put(PATCHES + "weight", kernel.permuted(0, 2, 3, 1));
        translated.put(PATCHES + "bias", taken(last + "bias", translated));
        SourceTensor positions = translated.get(POSITIONS);
        if (positions != null) {
            expectFloats(positions, 2);
            translated.put(POSITIONS, positions.behindZeros());
        }
    }

    private static void foldStage(int stage, SequencedMap<String, SourceTensor> translated)
            throws ModelFormatException {
        String own = BACKBONE + stage + ".";
        SourceTensor kernel = squares(taken(own + "conv.weight", translated));
        expectFloats(kernel, 4);
        SourceTensor offset = taken(own + "bn.bias", translated);
        int outputs = Math.toIntExact(kernel.shape().getFirst());
        float[] weights = values(taken(own + "bn.weight", translated), outputs);
        float[] offsets = values(offset, outputs);
        float[] means = values(taken(own + "bn.running_mean", translated), outputs);
        float[] variances = values(taken(own + "bn.running_var", translated), outputs);
        double[] factors = new double[outputs];
        float[] biases = new float[outputs];
        for (int i = 0; i < outputs; i++) {
            factors[i] = weights[i] / Math.sqrt(variances[i] + BATCH_NORM_EPS);
            biases[i] = (float) (offsets[i] - means[i] * factors[i]);
        }
        // pixels lie channel by channel, states side by side
        SourceTensor ordered = stage == 0 ? kernel : kernel.permuted(0, 2, 3, 1);
        translated.put(STEM + stage + ".weight", ordered.scaled(factors));
        translated.put(STEM + stage + ".bias", offset.replaced(offset.shape(), biases));
    }

    private static float[] values(SourceTensor tensor, int count) throws ModelFormatException {
        expectFloats(tensor, 1);
        OpenAi.expect(tensor.elements() == count, tensor, "[" + count + "]");
        float[] values = new float[count];
        tensor.read(0, values);
        return values;
    }

    /** A part of the stem, which must be there. */
    private static SourceTensor taken(String name, SequencedMap<String, SourceTensor> translated)
            throws ModelFormatException {
        SourceTensor tensor = translated.remove(name);
        if (tensor == null) {
            throw new ModelFormatException(
                    "%s: %s: expected all of the convolutions before the patches, found no such tensor"
                            .formatted(translated.firstEntry().getValue().file(), name));
        }
        return tensor;
    }

    private static SourceTensor squares(SourceTensor kernel) throws ModelFormatException {
        OpenAi.expect(
                kernel.shape().size() == 4
                        && kernel.shape().get(2).equals(kernel.shape().get(3)),
                kernel,
                "a convolution's kernel with squares");
        return kernel;
    }

    private static void expectFloats(SourceTensor tensor, int dimensions) throws ModelFormatException {
        OpenAi.expect(
                FLOATS.contains(tensor.dtype())
                        && tensor.shape().size() == dimensions
                        && tensor.elements() > 0
                        && tensor.elements() <= MOST_FOLDED,
                tensor,
                "F32, F16 or BF16 with " + dimensions + " dimensions, none empty");
    }

    /** Hugging Face's names of what is in one tensor; its own if there are none. */
    private static List<String> translated(String own) {
        Matcher block = OWN_BLOCK.matcher(own);
        if (!block.matches()) {
            return OF_NAME.getOrDefault(own, OF_ANY_SHAPE_NAME.getOrDefault(own, List.of(own)));
        }
        boolean vision = block.group(1).startsWith("visual.");
        List<String> names = (vision ? OF_VISION_BLOCK : OF_TEXT_BLOCK).get(block.group(3));
        String layer = (vision ? "vision_model" : "text_model") + ".encoder.layers." + block.group(2) + ".";
        return names == null ? List.of(own) : names.stream().map(layer::concat).toList();
    }

    /** As Hugging Face has it: query, key and value apart, positions and scores without a dimension of one. */
    private static SourceTensor adapted(String name, SourceTensor tensor) throws ModelFormatException {
        if (name.startsWith("vision_model.head.attention.k_proj")
                || name.startsWith("vision_model.head.attention.v_proj")) {
            OpenAi.expect(
                    !tensor.shape().isEmpty() && tensor.shape().getFirst() % 2 == 0,
                    tensor,
                    "the rows of key and value");
            return tensor.part(name.contains(".k_proj.") ? 0 : 1, 2);
        }
        if (name.equals(CLASS)) {
            OpenAi.expect(
                    tensor.shape().size() == 3
                            && tensor.shape().get(0) == 1
                            && tensor.shape().get(1) == 1,
                    tensor,
                    "[1, 1, width]");
            return tensor.withoutFirst().withoutFirst();
        }
        if (name.equals(POSITIONS) && tensor.name().endsWith(ANY_SHAPE_POSITIONS)) {
            OpenAi.expect(
                    tensor.shape().size() == 4
                            && tensor.shape().getFirst() == 1
                            && tensor.shape().get(1).equals(tensor.shape().get(2)),
                    tensor,
                    "[1, side, side, width]");
            return tensor.withoutFirst().merged(0);
        }
        if (name.equals(POSITIONS)) {
            OpenAi.expect(
                    tensor.shape().size() == 3 && tensor.shape().getFirst() == 1, tensor, "[1, positions, width]");
            return tensor.withoutFirst();
        }
        if (name.equals(LOGIT_BIAS)) {
            return OpenAi.withoutDimension(tensor);
        }
        boolean asItIs = name.startsWith("vision_model.head.") || name.startsWith("visual_projection.");
        return asItIs ? tensor : OpenAi.adapted(name, tensor);
    }
}
