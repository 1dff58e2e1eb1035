package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint.Tensor;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.SyntheticSiglip;
import org.clipjava.testdata.TokenizerFiles;

/** One model for pictures of any shape in the layouts of Hugging Face, OpenCLIP and big_vision. */
final class NaflexLayouts {
    static final SyntheticSiglip MODEL = SyntheticSiglip.NAFLEX_WIDE_HEADS;

    /** Of {@link #MODEL}, in its own numbers. */
    static final String CONFIG = """
            {"model_cfg": {"embed_dim": 144, "init_logit_bias": -10, "custom_text": true,
              "vision_cfg": {"image_size": 384, "image_seq_len": 60, "timm_model_name": "naflexvit_so400m_patch16_siglip",
               "timm_model_pretrained": false, "timm_pool": "map", "timm_proj": "none"},
              "text_cfg": {"context_length": 64, "vocab_size": 1500, "hf_tokenizer_name": "timm/ViT-SO400M-16-SigLIP2-256",
               "tokenizer_kwargs": {"clean": "canonicalize"}, "width": 48, "heads": 2, "layers": 2, "mlp_ratio": 2.8334,
               "no_causal_mask": true, "proj_bias": true, "pool_type": "last", "norm_kwargs": {"eps": 1e-6},
               "act_kwargs": {"approximate": "tanh"}}},
             "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "interpolation": "bicubic",
              "resize_mode": "squash"}}
            """;

    private static final Map<String, Tensor> TENSORS =
            MODEL.tensors().stream().collect(Collectors.toUnmodifiableMap(Tensor::name, Function.identity()));

    private NaflexLayouts() {}

    static Path huggingFace(Path parent) {
        Path folder = SyntheticFolder.of(MODEL).write(parent.resolve("huggingface"));
        TokenizerFiles.write("gemma.tokenizer.json", folder.resolve("tokenizer.json"));
        return folder;
    }

    /** With other tensors in the place of those of the same name, or behind all. */
    static Path openClip(Path parent, String config, NamedTensor... others) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("openclip"));
        Files.writeString(folder.resolve("open_clip_config.json"), config);
        TokenizerFiles.write("gemma.tokenizer.json", folder.resolve("tokenizer.json"));
        List<NamedTensor> tensors = new OpenClip().tensors;
        for (NamedTensor other : others) {
            tensors.removeIf(tensor -> tensor.name().equals(other.name()));
            tensors.add(other);
        }
        SyntheticFolder.writeSafetensors(folder.resolve("open_clip_model.safetensors"), tensors);
        return folder;
    }

    static Path bigVision(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("bigvision"));
        TokenizerFiles.write("gemma.tokenizer.json", folder.resolve("tokenizer.json"));
        return Files.write(folder.resolve("naflex.npz"), new BigVision().archive.toBytes());
    }

    private static Tensor tensor(String name) {
        return Objects.requireNonNull(TENSORS.get(name), name);
    }

    /** One below the other. */
    private static float[] values(String... names) {
        List<float[]> parts =
                Arrays.stream(names).map(name -> tensor(name).values()).toList();
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static final class OpenClip {
        private final List<NamedTensor> tensors = new ArrayList<>();

        OpenClip() {
            String trunk = "visual.trunk.";
            String head = "vision_model.head.";
            add(trunk + "embeds.pos_embed", List.of(1, 8, 8, 144), "vision_model.embeddings.position_embedding.weight");
            linear(trunk + "embeds.proj", "vision_model.embeddings.patch_embedding");
            blocks(
                    trunk + "blocks.",
                    "vision_model",
                    List.of("norm1", "attn.qkv.", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2"));
            linear(trunk + "norm", "vision_model.post_layernorm");
            add(trunk + "attn_pool.latent", List.of(1, 1, 144), head + "probe");
            for (String part : List.of("weight", "bias")) {
                float[] rows = values(head + "attention.in_proj_" + part);
                List<Integer> behind = part.equals("weight") ? List.of(144) : List.of();
                int third = rows.length / 3;
                add(trunk + "attn_pool.q." + part, shape(144, behind), Arrays.copyOf(rows, third));
                add(trunk + "attn_pool.kv." + part, shape(288, behind), Arrays.copyOfRange(rows, third, rows.length));
            }
            linear(trunk + "attn_pool.proj", head + "attention.out_proj");
            linear(trunk + "attn_pool.norm", head + "layernorm");
            linear(trunk + "attn_pool.mlp.fc1", head + "mlp.fc1");
            linear(trunk + "attn_pool.mlp.fc2", head + "mlp.fc2");
            add("text.positional_embedding", List.of(64, 48), "text_model.embeddings.position_embedding.weight");
            add("text.token_embedding.weight", List.of(1500, 48), "text_model.embeddings.token_embedding.weight");
            blocks(
                    "text.transformer.resblocks.",
                    "text_model",
                    List.of("ln_1", "attn.in_proj_", "attn.out_proj", "ln_2", "mlp.c_fc", "mlp.c_proj"));
            linear("text.ln_final", "text_model.final_layer_norm");
            linear("text.text_projection", "text_model.head");
            add("logit_scale", List.of(), "logit_scale");
            add("logit_bias", List.of(1), "logit_bias");
        }

        private void blocks(String own, String tower, List<String> names) {
            for (int i = 0; i < 2; i++) {
                String layer = tower + ".encoder.layers." + i + ".";
                linear(own + i + "." + names.get(0), layer + "layer_norm1");
                for (String part : List.of("weight", "bias")) {
                    String[] three = List.of("q", "k", "v").stream()
                            .map(name -> layer + "self_attn." + name + "_proj." + part)
                            .toArray(String[]::new);
                    List<Integer> one = tensor(three[0]).shape();
                    add(
                            own + i + "." + names.get(1) + part,
                            shape(3 * one.getFirst(), one.subList(1, one.size())),
                            values(three));
                }
                linear(own + i + "." + names.get(2), layer + "self_attn.out_proj");
                linear(own + i + "." + names.get(3), layer + "layer_norm2");
                linear(own + i + "." + names.get(4), layer + "mlp.fc1");
                linear(own + i + "." + names.get(5), layer + "mlp.fc2");
            }
        }

        private static List<Integer> shape(int rows, List<Integer> behind) {
            List<Integer> shape = new ArrayList<>(List.of(rows));
            shape.addAll(behind);
            return shape;
        }

        private void linear(String own, String name) {
            for (String part : List.of(".weight", ".bias")) {
                add(own + part, tensor(name + part).shape(), name + part);
            }
        }

        private void add(String own, List<Integer> shape, String name) {
            add(own, shape, values(name));
        }

        private void add(String own, List<Integer> shape, float[] values) {
            tensors.add(new NamedTensor(own, "F32", shape, () -> NpyBytes.floats(values)));
        }
    }

    private static final class BigVision {
        private final ZipBytes archive = new ZipBytes();

        BigVision() {
            String head = "vision_model.head.";
            kernel("img/embedding", "(192, 144)", "(144,)", "vision_model.embeddings.patch_embedding");
            add("img/pos_embedding", "(8, 8, 144)", values("vision_model.embeddings.position_embedding.weight"));
            encoder("img/Transformer/", "vision_model", 144, 538);
            add("img/MAPHead_0/probe", "(1, 1, 144)", values(head + "probe"));
            for (String part : List.of("query", "key", "value")) {
                int from = List.of("query", "key", "value").indexOf(part) * 144;
                String own = "img/MAPHead_0/MultiHeadDotProductAttention_0/" + part;
                float[] weight =
                        Arrays.copyOfRange(values(head + "attention.in_proj_weight"), from * 144, (from + 144) * 144);
                add(own + "/kernel", "(144, 2, 72)", transposed(weight, 144));
                add(
                        own + "/bias",
                        "(2, 72)",
                        Arrays.copyOfRange(values(head + "attention.in_proj_bias"), from, from + 144));
            }
            kernel(
                    "img/MAPHead_0/MultiHeadDotProductAttention_0/out",
                    "(2, 72, 144)",
                    "(144,)",
                    head + "attention.out_proj");
            norm("img/MAPHead_0/LayerNorm_0", 144, head + "layernorm");
            mlp("img/MAPHead_0/", 144, 538, head);
            add("txt/Embed_0/embedding", "(1500, 48)", values("text_model.embeddings.token_embedding.weight"));
            add("txt/pos_embedding", "(1, 64, 48)", values("text_model.embeddings.position_embedding.weight"));
            encoder("txt/Encoder_0/", "text_model", 48, 136);
            kernel("txt/head", "(48, 144)", "(144,)", "text_model.head");
            add("t", "(1,)", values("logit_scale"));
            add("b", "(1,)", values("logit_bias"));
        }

        private void encoder(String own, String tower, int width, int mlp) {
            for (int i = 0; i < 2; i++) {
                String block = own + "encoderblock_" + i + "/";
                String layer = tower + ".encoder.layers." + i + ".";
                norm(block + "LayerNorm_0", width, layer + "layer_norm1");
                Map<String, String> parts = Map.of("query", "q_proj", "key", "k_proj", "value", "v_proj");
                parts.forEach((part, name) -> kernel(
                        block + "MultiHeadDotProductAttention_0/" + part,
                        "(%d, 2, %d)".formatted(width, width / 2),
                        "(2, %d)".formatted(width / 2),
                        layer + "self_attn." + name));
                kernel(
                        block + "MultiHeadDotProductAttention_0/out",
                        "(2, %d, %d)".formatted(width / 2, width),
                        "(%d,)".formatted(width),
                        layer + "self_attn.out_proj");
                norm(block + "LayerNorm_1", width, layer + "layer_norm2");
                mlp(block, width, mlp, layer);
            }
            norm(
                    own + "encoder_norm",
                    width,
                    tower.equals("vision_model") ? tower + ".post_layernorm" : tower + ".final_layer_norm");
        }

        private void mlp(String own, int width, int mlp, String name) {
            kernel(
                    own + "MlpBlock_0/Dense_0",
                    "(%d, %d)".formatted(width, mlp),
                    "(%d,)".formatted(mlp),
                    name + "mlp.fc1");
            kernel(
                    own + "MlpBlock_0/Dense_1",
                    "(%d, %d)".formatted(mlp, width),
                    "(%d,)".formatted(width),
                    name + "mlp.fc2");
        }

        private void norm(String own, int width, String name) {
            add(own + "/scale", "(%d,)".formatted(width), values(name + ".weight"));
            add(own + "/bias", "(%d,)".formatted(width), values(name + ".bias"));
        }

        /** Inputs stand before outputs, whatever dimensions either has. */
        private void kernel(String own, String shape, String biasShape, String name) {
            Tensor weight = tensor(name + ".weight");
            add(
                    own + "/kernel",
                    shape,
                    transposed(weight.values(), weight.shape().getFirst()));
            add(own + "/bias", biasShape, values(name + ".bias"));
        }

        private static float[] transposed(float[] values, int rows) {
            float[] transposed = new float[values.length];
            int columns = values.length / rows;
            for (int i = 0; i < values.length; i++) {
                transposed[i % columns * rows + i / columns] = values[i];
            }
            return transposed;
        }

        private void add(String own, String shape, float[] values) {
            archive.add("params/" + own + ".npy", NpyBytes.of("<f4", shape, NpyBytes.floats(values)));
        }
    }
}
