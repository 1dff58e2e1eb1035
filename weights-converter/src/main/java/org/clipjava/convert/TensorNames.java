package org.clipjava.convert;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/** How a checkpoint calls its tensors. Here they are all called as Hugging Face calls them. */
sealed interface TensorNames permits TensorNames.HuggingFace, TensorNames.OpenAi, TimmNames, BertNames, BigVisionNames {
    String LOGIT_SCALE = "logit_scale";
    String LOGIT_BIAS = "logit_bias";

    /** The checkpoint's name of what Hugging Face calls {@code name}. */
    String inCheckpoint(String name);

    /** Whether the tensor that the checkpoint calls so is no weight: a buffer, or a number that the config has too. */
    boolean ignores(String inCheckpoint);

    /** The tensors under Hugging Face's names; those that have none keep their own. */
    SequencedMap<String, SourceTensor> translated(SequencedMap<String, SourceTensor> tensors)
            throws ModelFormatException;

    /** What stands before every name of the checkpoint: whatever held the model put its own name there. */
    String prefix();

    /** Names that each CLIP has, in one of its spellings. */
    List<String> ANCHORS = List.of(
            "vision_model.embeddings.class_embedding",
            "text_model.embeddings.token_embedding.weight",
            "visual.class_embedding",
            "visual.conv1.weight",
            TimmNames.ANCHOR,
            TimmNames.STEM_ANCHOR,
            TimmNames.ANY_SHAPE_ANCHOR);

    /**
     * Told by what only one kind of checkpoint has.
     *
     * @param where what messages call the checkpoint
     * @throws ModelFormatException if a CLIP is only a part of it
     */
    static TensorNames of(Set<String> inCheckpoint, String where) throws ModelFormatException {
        if (inCheckpoint.contains(BertNames.Own.DISTILBERT.anchor())) {
            return new BertNames(BertNames.Own.DISTILBERT, new HuggingFace(""));
        }
        Optional<BigVisionNames> bigVision = BigVisionNames.of(inCheckpoint);
        if (bigVision.isPresent()) {
            return bigVision.get();
        }
        String prefix = prefix(inCheckpoint, where);
        boolean openAi = inCheckpoint.contains(prefix + "visual.conv1.weight")
                || inCheckpoint.contains(prefix + "visual.class_embedding");
        boolean anyShape = inCheckpoint.contains(prefix + TimmNames.ANY_SHAPE_ANCHOR);
        if (anyShape
                || inCheckpoint.contains(prefix + TimmNames.ANCHOR)
                || inCheckpoint.contains(prefix + TimmNames.STEM_ANCHOR)) {
            return new TimmNames(prefix, anyShape);
        }
        if (!openAi) {
            return new HuggingFace(prefix);
        }
        if (inCheckpoint.contains(prefix + BertNames.Own.XLM_ROBERTA.anchor())) {
            return new BertNames(BertNames.Own.XLM_ROBERTA, new OpenAi(prefix, prefix));
        }
        boolean customText = inCheckpoint.contains(prefix + "text.token_embedding.weight");
        return new OpenAi(prefix, prefix + (customText ? "text." : ""));
    }

    private static String prefix(Set<String> names, String where) throws ModelFormatException {
        if (ANCHORS.stream().anyMatch(names::contains)) {
            return "";
        }
        Optional<String> anchored = names.stream()
                .filter(name -> ANCHORS.stream().anyMatch(anchor -> name.endsWith("." + anchor)))
                .findFirst();
        if (anchored.isEmpty()) {
            // PyTorch's DataParallel puts this before each name.
            boolean parallel = !names.isEmpty() && names.stream().allMatch(name -> name.startsWith("module."));
            return parallel ? "module." : "";
        }
        String name = anchored.get();
        String anchor = ANCHORS.stream().filter(name::endsWith).findFirst().orElseThrow();
        String prefix = name.substring(0, name.length() - anchor.length());
        Optional<String> other =
                names.stream().filter(any -> !any.startsWith(prefix)).findFirst();
        if (other.isPresent()) {
            throw new ModelFormatException(
                    "%s: expected the weights of a CLIP alone, found them under names that begin with %s, and others as %s; save the CLIP's own state_dict()"
                            .formatted(where, Shown.quoted(prefix), Shown.quoted(other.get())));
        }
        return prefix;
    }

    /** Hugging Face's own. */
    record HuggingFace(String prefix) implements TensorNames {
        @Override
        public String inCheckpoint(String name) {
            return prefix + name;
        }

        @Override
        public boolean ignores(String inCheckpoint) {
            // Buffers that older versions of transformers saved: 0, 1, 2, …
            return inCheckpoint.endsWith(".embeddings.position_ids");
        }

        @Override
        public SequencedMap<String, SourceTensor> translated(SequencedMap<String, SourceTensor> tensors) {
            SequencedMap<String, SourceTensor> translated = new LinkedHashMap<>();
            tensors.forEach((name, tensor) -> {
                String own = name.substring(prefix.length());
                boolean scalar = own.equals(LOGIT_SCALE) || own.equals(LOGIT_BIAS);
                translated.put(own, scalar ? OpenAi.withoutDimension(tensor) : tensor);
            });
            return translated;
        }
    }

    /**
     * OpenAI's, which OpenCLIP kept.
     *
     * @param prefix of all names
     * @param textPrefix of those of the text tower; it ends in {@code text.} where OpenCLIP made a module of that
     */
    record OpenAi(String prefix, String textPrefix) implements TensorNames {
        private static final Set<String> NO_WEIGHTS =
                Set.of("attn_mask", "input_resolution", "context_length", "vocab_size");

        private static final Map<String, String> VISION = Map.of(
                "vision_model.embeddings.class_embedding", "visual.class_embedding",
                "vision_model.embeddings.patch_embedding.weight", "visual.conv1.weight",
                "vision_model.embeddings.position_embedding.weight", "visual.positional_embedding",
                "vision_model.pre_layrnorm.weight", "visual.ln_pre.weight",
                "vision_model.pre_layrnorm.bias", "visual.ln_pre.bias",
                "vision_model.post_layernorm.weight", "visual.ln_post.weight",
                "vision_model.post_layernorm.bias", "visual.ln_post.bias",
                "visual_projection.weight", "visual.proj",
                "logit_scale", "logit_scale");

        private static final Map<String, String> TEXT = Map.of(
                "text_model.embeddings.token_embedding.weight", "token_embedding.weight",
                "text_model.embeddings.position_embedding.weight", "positional_embedding",
                "text_model.final_layer_norm.weight", "ln_final.weight",
                "text_model.final_layer_norm.bias", "ln_final.bias",
                "text_projection.weight", "text_projection");

        /** Of a block; query, key and value are three parts of one tensor. */
        static final Map<String, String> BLOCK = Map.ofEntries(
                Map.entry("layer_norm1.weight", "ln_1.weight"),
                Map.entry("layer_norm1.bias", "ln_1.bias"),
                Map.entry("self_attn.q_proj.weight", "attn.in_proj_weight"),
                Map.entry("self_attn.k_proj.weight", "attn.in_proj_weight"),
                Map.entry("self_attn.v_proj.weight", "attn.in_proj_weight"),
                Map.entry("self_attn.q_proj.bias", "attn.in_proj_bias"),
                Map.entry("self_attn.k_proj.bias", "attn.in_proj_bias"),
                Map.entry("self_attn.v_proj.bias", "attn.in_proj_bias"),
                Map.entry("self_attn.out_proj.weight", "attn.out_proj.weight"),
                Map.entry("self_attn.out_proj.bias", "attn.out_proj.bias"),
                Map.entry("layer_norm2.weight", "ln_2.weight"),
                Map.entry("layer_norm2.bias", "ln_2.bias"),
                Map.entry("mlp.fc1.weight", "mlp.c_fc.weight"),
                Map.entry("mlp.fc1.bias", "mlp.c_fc.bias"),
                Map.entry("mlp.fc2.weight", "mlp.c_proj.weight"),
                Map.entry("mlp.fc2.bias", "mlp.c_proj.bias"));

        private static final Pattern HUGGING_FACE_BLOCK =
                Pattern.compile("(vision|text)_model\\.encoder\\.layers\\.([0-9]+)\\.(.*)");
        private static final Pattern OWN_BLOCK = Pattern.compile("transformer\\.resblocks\\.([0-9]{1,4})\\..*");

        @Override
        public String inCheckpoint(String name) {
            if (VISION.containsKey(name)) {
                return prefix + VISION.get(name);
            }
            if (TEXT.containsKey(name)) {
                return textPrefix + TEXT.get(name);
            }
            Matcher block = HUGGING_FACE_BLOCK.matcher(name);
            if (!block.matches() || !BLOCK.containsKey(block.group(3))) {
                return prefix + name;
            }
            String tower = block.group(1).equals("vision") ? prefix + "visual." : textPrefix;
            return tower + "transformer.resblocks." + block.group(2) + "." + BLOCK.get(block.group(3));
        }

        @Override
        public boolean ignores(String inCheckpoint) {
            return NO_WEIGHTS.stream().anyMatch(name -> inCheckpoint.equals(prefix + name))
                    || inCheckpoint.equals(textPrefix + "attn_mask");
        }

        @Override
        public SequencedMap<String, SourceTensor> translated(SequencedMap<String, SourceTensor> tensors)
                throws ModelFormatException {
            SequencedMap<String, SourceTensor> translated = new LinkedHashMap<>();
            Set<String> known = new HashSet<>();
            Set<String> names = new HashSet<>(VISION.keySet());
            names.addAll(TEXT.keySet());
            addBlockNames(tensors.keySet(), prefix + "visual.", "vision_model", names);
            addBlockNames(tensors.keySet(), textPrefix, "text_model", names);
            for (String name : names) {
                SourceTensor tensor = tensors.get(inCheckpoint(name));
                if (tensor != null) {
                    known.add(inCheckpoint(name));
                    translated.put(name, adapted(name, tensor));
                }
            }
            for (Map.Entry<String, SourceTensor> entry : tensors.entrySet()) {
                SourceTensor tensor = entry.getValue();
                if (!known.contains(entry.getKey())) {
                    expect(
                            translated.put(entry.getKey(), tensor) == null,
                            tensor,
                            "OpenAI's names or Hugging Face's, not both");
                }
            }
            return translated;
        }

        /** Hugging Face's names in each block that there is. */
        private static void addBlockNames(Set<String> tensors, String ownTower, String tower, Set<String> names) {
            for (String tensor : tensors) {
                if (!tensor.startsWith(ownTower)) {
                    continue;
                }
                Matcher own = OWN_BLOCK.matcher(tensor.substring(ownTower.length()));
                if (own.matches()) {
                    BLOCK.keySet().forEach(name -> names.add(tower + ".encoder.layers." + own.group(1) + "." + name));
                }
            }
        }

        /** As Hugging Face has it: projections the other way round, query, key and value apart, a scale without dimension. */
        static SourceTensor adapted(String name, SourceTensor tensor) throws ModelFormatException {
            if (name.equals("visual_projection.weight") || name.equals("text_projection.weight")) {
                expect(tensor.shape().size() == 2, tensor, "two dimensions");
                return tensor.transposed();
            }
            if (name.equals(LOGIT_SCALE)) {
                return withoutDimension(tensor);
            }
            int part = name.contains(".self_attn.")
                    ? List.of("q_proj", "k_proj", "v_proj").indexOf(name.split("\\.", -1)[5])
                    : -1;
            if (part < 0) {
                return tensor;
            }
            expect(
                    !tensor.shape().isEmpty() && tensor.shape().getFirst() % 3 == 0,
                    tensor,
                    "the rows of query, key and value");
            return tensor.part(part, 3);
        }

        /** [1] as [], as training that shards its weights saves a scale, since it can't shard a scalar. */
        static SourceTensor withoutDimension(SourceTensor tensor) {
            return tensor.shape().equals(List.of(1L)) ? tensor.scalar() : tensor;
        }

        static void expect(boolean met, SourceTensor tensor, String expected) throws ModelFormatException {
            if (!met) {
                throw new ModelFormatException("%s: %s: expected %s, found %s"
                        .formatted(tensor.file(), tensor.name(), expected, tensor.typeAndShape()));
            }
        }
    }
}
