package org.clipjava.convert;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.safetensors.ModelFormatException;

/**
 * Names of a text tower of BERT's kind. Its LayerNorms stand behind: what is called layer_norm1 here behind attention, layer_norm2 behind
 * the MLP. The embeddings have one, too.
 *
 * @param own how its class calls them
 * @param others how what is beside the text tower is called
 */
record BertNames(Own own, TensorNames others) implements TensorNames {
    static final String TOKENS = "text_model.embeddings.token_embedding.weight";
    static final String POSITIONS = "text_model.embeddings.position_embedding.weight";
    static final String TOKEN_TYPES = "text_model.embeddings.token_type_embedding.weight";
    static final String LN_PRE = "text_model.embeddings.layer_norm.";
    static final String HIDDEN_PROJECTION = "text_projection.hidden.weight";
    static final String PROJECTION = "text_projection.weight";

    /** Before the names of the tensors of sentence-transformers' projection, which is in a file of its own. */
    static final String DENSE = "dense.";

    private static final Pattern OWN_BLOCK = Pattern.compile("([0-9]{1,4})\\.(.*)(\\.weight|\\.bias)");
    private static final Pattern HUGGING_FACE_BLOCK =
            Pattern.compile("text_model\\.encoder\\.layers\\.([0-9]+)\\.(.*)(\\.weight|\\.bias)");

    /** The classes whose names these are. */
    @SuppressWarnings("ImmutableEnumChecker") // the maps are Map.of's
    enum Own {
        /** Of transformers, with the projection of sentence-transformers. */
        DISTILBERT(
                "",
                Map.of(
                        "embeddings.word_embeddings.weight",
                        TOKENS,
                        "embeddings.position_embeddings.weight",
                        POSITIONS,
                        "embeddings.LayerNorm.weight",
                        LN_PRE + "weight",
                        "embeddings.LayerNorm.bias",
                        LN_PRE + "bias",
                        DENSE + "linear.weight",
                        PROJECTION),
                "transformer.layer.",
                Map.of(
                        "attention.q_lin", "self_attn.q_proj",
                        "attention.k_lin", "self_attn.k_proj",
                        "attention.v_lin", "self_attn.v_proj",
                        "attention.out_lin", "self_attn.out_proj",
                        "sa_layer_norm", "layer_norm1",
                        "ffn.lin1", "mlp.fc1",
                        "ffn.lin2", "mlp.fc2",
                        "output_layer_norm", "layer_norm2"),
                Set.of("embeddings.position_ids")),
        /** Of transformers, as OpenCLIP keeps it, whose projection is one matrix or two. */
        XLM_ROBERTA(
                "text.",
                Map.of(
                        "transformer.embeddings.word_embeddings.weight", TOKENS,
                        "transformer.embeddings.position_embeddings.weight", POSITIONS,
                        "transformer.embeddings.token_type_embeddings.weight", TOKEN_TYPES,
                        "transformer.embeddings.LayerNorm.weight", LN_PRE + "weight",
                        "transformer.embeddings.LayerNorm.bias", LN_PRE + "bias",
                        "proj.0.weight", HIDDEN_PROJECTION,
                        "proj.2.weight", PROJECTION,
                        "proj.weight", PROJECTION),
                "transformer.encoder.layer.",
                Map.of(
                        "attention.self.query", "self_attn.q_proj",
                        "attention.self.key", "self_attn.k_proj",
                        "attention.self.value", "self_attn.v_proj",
                        "attention.output.dense", "self_attn.out_proj",
                        "attention.output.LayerNorm", "layer_norm1",
                        "intermediate.dense", "mlp.fc1",
                        "output.dense", "mlp.fc2",
                        "output.LayerNorm", "layer_norm2"),
                // what its class has for other uses, and a buffer of older versions
                Set.of(
                        "transformer.embeddings.position_ids",
                        "transformer.pooler.dense.weight",
                        "transformer.pooler.dense.bias"));

        private final String prefix;
        private final Map<String, String> names;
        private final String blocks;
        private final Map<String, String> block;
        private final Set<String> unused;

        Own(String prefix, Map<String, String> names, String blocks, Map<String, String> block, Set<String> unused) {
            this.prefix = prefix;
            this.names = names;
            this.blocks = blocks;
            this.block = block;
            this.unused = unused;
        }

        /** What every checkpoint of this kind has. */
        String anchor() {
            return prefix + blocks + "0." + inverse(block, "self_attn.q_proj") + ".weight";
        }
    }

    @Override
    public String prefix() {
        return others.prefix();
    }

    @Override
    public String inCheckpoint(String name) {
        String start = prefix() + own.prefix;
        Matcher block = HUGGING_FACE_BLOCK.matcher(name);
        if (block.matches()) {
            String part = inverse(own.block, block.group(2));
            return start + own.blocks + block.group(1) + "." + part + block.group(3);
        }
        return own.names.containsValue(name) ? start + inverse(own.names, name) : others.inCheckpoint(name);
    }

    private static String inverse(Map<String, String> names, String name) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .orElse(name);
    }

    @Override
    public boolean ignores(String inCheckpoint) {
        String start = prefix() + own.prefix;
        return (inCheckpoint.startsWith(start) && own.unused.contains(inCheckpoint.substring(start.length())))
                || others.ignores(inCheckpoint);
    }

    @Override
    public SequencedMap<String, SourceTensor> translated(SequencedMap<String, SourceTensor> tensors)
            throws ModelFormatException {
        SequencedMap<String, SourceTensor> translated = new LinkedHashMap<>();
        for (Map.Entry<String, SourceTensor> entry : others.translated(tensors).entrySet()) {
            SourceTensor tensor = entry.getValue();
            OpenAi.expect(
                    translated.put(translated(entry.getKey()), tensor) == null,
                    tensor,
                    "its class's names or Hugging Face's for a CLIP, not both");
        }
        return translated;
    }

    private String translated(String name) {
        String start = prefix() + own.prefix;
        if (!name.startsWith(start)) {
            return name;
        }
        String rest = name.substring(start.length());
        Matcher block = OWN_BLOCK.matcher(rest.startsWith(own.blocks) ? rest.substring(own.blocks.length()) : "");
        if (block.matches() && own.block.containsKey(block.group(2))) {
            return "text_model.encoder.layers." + block.group(1) + "." + own.block.get(block.group(2)) + block.group(3);
        }
        return own.names.getOrDefault(rest, name);
    }
}
