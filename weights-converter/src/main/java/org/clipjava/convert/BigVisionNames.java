package org.clipjava.convert;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clipjava.safetensors.ModelFormatException;

/**
 * big_vision's names of a SigLIP, and Flax's order in its weights: inputs stand before outputs, and heads have a dimension of their own.
 *
 * @param root before all names, where a file has more than weights: {@code params/}
 * @param scanned prefixes of the towers whose layers are one array, with the layer as its first index
 */
record BigVisionNames(String root, Set<String> scanned) implements TensorNames {
    private static final String PARAMS = "params/";
    private static final String VISION = "img/Transformer/";
    private static final String TEXT = "txt/Encoder_0/";
    private static final String PATCHES = "img/embedding/kernel";

    /** What each tower has. */
    private static final List<String> TOWERS = List.of(PATCHES, "txt/Embed_0/embedding");

    /** What a training run keeps beside its weights. */
    private static final List<String> NO_WEIGHTS = List.of("opt/", "extra/");

    /** A file could name more in a few bytes. */
    private static final int MOST_LAYERS = 1024;

    /** How an array lies, and how Hugging Face has the same. */
    private enum Form {
        AS_IT_IS(-1, ""),
        /** [1] or [] as []. */
        NUMBER(-1, ""),
        /** [1, N, W] as [N, W]. */
        ROWS(3, "[1, positions, width]"),
        /** [P, P, 3, W] as [W, 3, P, P]. */
        CONVOLUTION(4, "[patch, patch, 3, width], or [patch * patch * 3, width] for pictures of any shape"),
        /** [S, S, W] as [S·S, W]. */
        GRID(3, "[side, side, width], as for pictures of any shape"),
        /** [K, O] as [O, K]. */
        MATRIX(2, "[inputs, outputs]"),
        /** [H, D] as [H·D]. */
        BIAS_OF_HEADS(2, "[heads, head's width]"),
        /** [W, H, D] as [H·D, W]. */
        TO_HEADS(3, "[width, heads, head's width]"),
        /** [H, D, W] as [W, H·D]. */
        FROM_HEADS(3, "[heads, head's width, width]");

        private final int dimensions;
        private final String shape;

        Form(int dimensions, String shape) {
            this.dimensions = dimensions;
            this.shape = shape;
        }

        SourceTensor adapted(SourceTensor tensor) throws ModelFormatException {
            OpenAi.expect(dimensions < 0 || tensor.shape().size() == dimensions, tensor, shape);
            return switch (this) {
                case AS_IT_IS -> tensor;
                case NUMBER -> OpenAi.withoutDimension(tensor);
                case ROWS -> {
                    OpenAi.expect(tensor.shape().getFirst() == 1, tensor, shape);
                    yield tensor.withoutFirst();
                }
                case GRID -> {
                    OpenAi.expect(tensor.shape().get(0).equals(tensor.shape().get(1)), tensor, shape);
                    yield tensor.merged(0);
                }
                case CONVOLUTION -> tensor.permuted(3, 2, 0, 1);
                case MATRIX -> tensor.permuted(1, 0);
                case BIAS_OF_HEADS -> tensor.merged(0);
                case TO_HEADS -> tensor.permuted(1, 2, 0).merged(0);
                case FROM_HEADS -> tensor.permuted(2, 0, 1).merged(1);
            };
        }
    }

    /** One array. */
    private record Own(String name, Form form) {}

    private static final Map<String, Own> NAMES = Stream.of(
                    Map.of(
                            "vision_model.embeddings.patch_embedding.weight",
                            new Own(PATCHES, Form.CONVOLUTION),
                            "vision_model.embeddings.patch_embedding.bias",
                            new Own("img/embedding/bias", Form.AS_IT_IS),
                            "vision_model.embeddings.position_embedding.weight",
                            new Own("img/pos_embedding", Form.ROWS),
                            "vision_model.head.probe",
                            new Own("img/MAPHead_0/probe", Form.AS_IT_IS),
                            "text_model.embeddings.token_embedding.weight",
                            new Own("txt/Embed_0/embedding", Form.AS_IT_IS),
                            "text_model.embeddings.position_embedding.weight",
                            new Own("txt/pos_embedding", Form.ROWS),
                            LOGIT_SCALE,
                            new Own("t", Form.NUMBER),
                            LOGIT_BIAS,
                            new Own("b", Form.NUMBER)),
                    norm("vision_model.post_layernorm", VISION + "encoder_norm"),
                    attention("vision_model.head.attention.", "img/MAPHead_0/"),
                    norm("vision_model.head.layernorm", "img/MAPHead_0/LayerNorm_0"),
                    mlp("vision_model.head.", "img/MAPHead_0/"),
                    norm("text_model.final_layer_norm", TEXT + "encoder_norm"),
                    linear("text_model.head", "txt/head"))
            .flatMap(names -> names.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    /** How those lie in a tower for pictures of any shape, whose embedding of patches is a linear layer. */
    private static final Map<String, Form> ANY_SHAPE =
            Map.of(TensorSizes.PATCHES, Form.MATRIX, "vision_model.embeddings.position_embedding.weight", Form.GRID);

    /** Of a layer. */
    private static final Map<String, Own> BLOCK = Stream.of(
                    norm("layer_norm1", "LayerNorm_0"),
                    attention("self_attn.", ""),
                    norm("layer_norm2", "LayerNorm_1"),
                    mlp("", ""))
            .flatMap(names -> names.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Map<String, String> OF_NAME = inverted(NAMES);
    private static final Map<String, String> OF_BLOCK = inverted(BLOCK);

    private static final Pattern HUGGING_FACE_BLOCK =
            Pattern.compile("(vision|text)_model\\.encoder\\.layers\\.([0-9]+)\\.(.*)");
    private static final Pattern OWN_BLOCK =
            Pattern.compile("(img/Transformer/|txt/Encoder_0/)encoderblock(?:_([0-9]{1,4}))?/(.+)");

    private static Map<String, Own> norm(String name, String own) {
        return Map.of(
                name + ".weight", new Own(own + "/scale", Form.AS_IT_IS),
                name + ".bias", new Own(own + "/bias", Form.AS_IT_IS));
    }

    private static Map<String, Own> linear(String name, String own) {
        return Map.of(
                name + ".weight", new Own(own + "/kernel", Form.MATRIX),
                name + ".bias", new Own(own + "/bias", Form.AS_IT_IS));
    }

    private static Map<String, Own> mlp(String name, String own) {
        return both(
                linear(name + "mlp.fc1", own + "MlpBlock_0/Dense_0"),
                linear(name + "mlp.fc2", own + "MlpBlock_0/Dense_1"));
    }

    private static Map<String, Own> attention(String name, String own) {
        String attention = own + "MultiHeadDotProductAttention_0/";
        return Map.of(
                name + "q_proj.weight", new Own(attention + "query/kernel", Form.TO_HEADS),
                name + "q_proj.bias", new Own(attention + "query/bias", Form.BIAS_OF_HEADS),
                name + "k_proj.weight", new Own(attention + "key/kernel", Form.TO_HEADS),
                name + "k_proj.bias", new Own(attention + "key/bias", Form.BIAS_OF_HEADS),
                name + "v_proj.weight", new Own(attention + "value/kernel", Form.TO_HEADS),
                name + "v_proj.bias", new Own(attention + "value/bias", Form.BIAS_OF_HEADS),
                name + "out_proj.weight", new Own(attention + "out/kernel", Form.FROM_HEADS),
                name + "out_proj.bias", new Own(attention + "out/bias", Form.AS_IT_IS));
    }

    private static Map<String, Own> both(Map<String, Own> one, Map<String, Own> other) {
        Map<String, Own> both = new LinkedHashMap<>(one);
        both.putAll(other);
        return both;
    }

    private static Map<String, String> inverted(Map<String, Own> names) {
        return names.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(entry -> entry.getValue().name, Map.Entry::getKey));
    }

    /** Those of a file with such names; empty if it has none. */
    static Optional<BigVisionNames> of(Set<String> names) {
        for (String root : List.of(PARAMS, "")) {
            if (TOWERS.stream().anyMatch(tower -> names.contains(root + tower))) {
                Set<String> scanned = new HashSet<>();
                for (String tower : List.of(VISION, TEXT)) {
                    if (names.contains(root + tower + "encoderblock/LayerNorm_0/scale")) {
                        scanned.add(tower);
                    }
                }
                return Optional.of(new BigVisionNames(root, Set.copyOf(scanned)));
            }
        }
        return Optional.empty();
    }

    /** Whatever holds the model's own name is no part of it: what begins with another is a training run's. */
    @Override
    public String prefix() {
        return "";
    }

    @Override
    public String inCheckpoint(String name) {
        Matcher block = HUGGING_FACE_BLOCK.matcher(name);
        Own own = block.matches() ? BLOCK.get(block.group(3)) : NAMES.get(name);
        if (own == null) {
            return root + name;
        }
        if (!block.matches()) {
            return root + own.name;
        }
        String tower = block.group(1).equals("vision") ? VISION : TEXT;
        String layer = scanned.contains(tower) ? "encoderblock/" : "encoderblock_" + block.group(2) + "/";
        return root + tower + layer + own.name;
    }

    @Override
    public boolean ignores(String inCheckpoint) {
        return !root.isEmpty() && NO_WEIGHTS.stream().anyMatch(inCheckpoint::startsWith);
    }

    @Override
    public SequencedMap<String, SourceTensor> translated(SequencedMap<String, SourceTensor> tensors)
            throws ModelFormatException {
        SequencedMap<String, SourceTensor> translated = new LinkedHashMap<>();
        SourceTensor patches = tensors.get(root + PATCHES);
        boolean anyShape = patches != null && patches.shape().size() == Form.MATRIX.dimensions;
        for (Map.Entry<String, SourceTensor> entry : tensors.entrySet()) {
            SourceTensor tensor = entry.getValue();
            boolean weight = entry.getKey().startsWith(root);
            String own = weight ? entry.getKey().substring(root.length()) : entry.getKey();
            Matcher block = OWN_BLOCK.matcher(own);
            String name = weight ? (block.matches() ? OF_BLOCK.get(block.group(3)) : OF_NAME.get(own)) : null;
            if (name == null) {
                put(translated, entry.getKey(), tensor);
            } else if (!block.matches()) {
                Form form = form(NAMES, name);
                put(translated, name, (anyShape ? ANY_SHAPE.getOrDefault(name, form) : form).adapted(tensor));
            } else {
                String layers = (block.group(1).equals(VISION) ? "vision" : "text") + "_model.encoder.layers.";
                Form form = form(BLOCK, name);
                if (block.group(2) != null) {
                    put(translated, layers + block.group(2) + "." + name, form.adapted(tensor));
                } else {
                    for (int i = 0; i < layers(tensor); i++) {
                        SourceTensor layer = tensor.rows(i, 1).withoutFirst();
                        put(translated, layers + i + "." + name, form.adapted(layer));
                    }
                }
            }
        }
        return translated;
    }

    private static Form form(Map<String, Own> names, String name) {
        return Objects.requireNonNull(names.get(name), name).form;
    }

    private static long layers(SourceTensor tensor) throws ModelFormatException {
        OpenAi.expect(
                !tensor.shape().isEmpty() && tensor.shape().getFirst() <= MOST_LAYERS,
                tensor,
                "[layers, …], with at most " + MOST_LAYERS + " layers");
        return tensor.shape().getFirst();
    }

    private static void put(SequencedMap<String, SourceTensor> translated, String name, SourceTensor tensor)
            throws ModelFormatException {
        OpenAi.expect(translated.put(name, tensor) == null, tensor, "each array once");
    }
}
