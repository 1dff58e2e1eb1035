package org.clipjava.convert;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.clipjava.config.VisionConfig;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in the JSON of a checkpoint: a description, or an error. */
class CheckpointConfigFuzzTest {
    @MethodSource
    @FuzzTest
    void configs(byte[] json) {
        try {
            if (json.length > 0 && json[0] == '[') {
                SentenceTransformer.of(JsonFields.parseList(json, "fuzz"), "fuzz");
                return;
            }
            JsonFields fields = JsonFields.parse(json, "fuzz");
            if (fields.has("in_features")) {
                SentenceTransformerText.of(fields, Optional.of(fields), fields, fields)
                        .architecture(1000);
            } else if (fields.has("model_cfg")) {
                openClip(fields);
            } else if (fields.has("image_mean")) {
                Preprocessing.of(fields, 224);
            } else if (fields.has("image_processor_type")) {
                Preprocessing.ofSiglip(fields, siglip(fields.has("max_num_patches")));
            } else if (fields.string("model_type").orElse("").startsWith("siglip")) {
                SiglipConfig.of(fields);
            } else {
                CheckpointConfig.of(fields);
            }
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        } catch (ConversionOptionException e) {
            throw new AssertionError("no option was given", e);
        }
    }

    /** SigLIP's tower, or that of SigLIP 2 for pictures of any shape. */
    private static VisionConfig siglip(boolean anyShape) throws ModelFormatException {
        String config = "{\"model_type\": \"%s\"}".formatted(anyShape ? "siglip2" : "siglip");
        return SiglipConfig.of(JsonFields.parse(config.getBytes(StandardCharsets.UTF_8), "tower"))
                .vision()
                .orElseThrow();
    }

    private static void openClip(JsonFields fields) throws ModelFormatException, ConversionOptionException {
        switch (CheckpointFamily.ofOpenClip(fields)) {
            case SIGLIP -> OpenClipSiglip.checkFields(fields);
            case MOBILE_CLIP, PE_CORE -> {
                // else people are asked
                if (fields.has("preprocess_cfg")) {
                    OpenClipTimm.of(fields, ConversionOptions.NONE);
                }
            }
            default -> OpenClipConfig.of(fields, Optional.empty(), ConversionOptions.NONE);
        }
    }

    static Stream<byte[]> configs() {
        return FuzzCorpus.with("configs", first());
    }

    private static Stream<byte[]> first() {
        return Stream.of(
                        "{\"model_type\":\"clip\",\"projection_dim\":512,\"vision_config\":{\"hidden_size\":768,"
                                + "\"hidden_act\":\"gelu\"},\"text_config\":{\"hidden_act\":\"gelu\"},"
                                + "\"text_config_dict\":{\"num_attention_heads\":8}}",
                        "{\"model_cfg\":{\"embed_dim\":512,\"quick_gelu\":true,\"vision_cfg\":{\"image_size\":[224,224],"
                                + "\"layers\":12,\"width\":768,\"patch_size\":32},\"text_cfg\":{\"context_length\":77,"
                                + "\"vocab_size\":49408,\"width\":512,\"heads\":8,\"layers\":12}},"
                                + "\"preprocess_cfg\":{\"mean\":[0.48,0.46,0.41],\"std\":[0.27,0.26,0.28],"
                                + "\"interpolation\":\"bicubic\",\"resize_mode\":\"shortest\"}}",
                        "{\"model_cfg\":{\"embed_dim\":512,\"quick_gelu\":false,\"vision_cfg\":{\"layers\":12},"
                                + "\"text_cfg\":{\"hf_model_name\":\"xlm-roberta-base\",\"hf_proj_type\":\"linear\","
                                + "\"hf_pooler_type\":\"mean_pooler\",\"tokenizer_kwargs\":{\"clean\":\"whitespace\"}}}}",
                        "{\"model_cfg\":{\"embed_dim\":1024,\"vision_cfg\":{\"image_size\":224,\"timm_model_name\":"
                                + "\"vit_pe_core_base_patch16_224\",\"timm_pool\":\"map\",\"timm_proj\":null},"
                                + "\"text_cfg\":{\"context_length\":32,\"width\":1024,\"heads\":16,\"layers\":24,"
                                + "\"no_causal_mask\":true}},\"preprocess_cfg\":{\"resize_mode\":\"squash\"}}",
                        "{\"model_cfg\":{\"embed_dim\":768,\"vision_cfg\":{\"timm_model_name\":"
                                + "\"vit_base_patch16_siglip_224\",\"timm_pool\":\"map\",\"timm_proj\":\"none\"},"
                                + "\"text_cfg\":{\"no_causal_mask\":true,\"pool_type\":\"last\",\"proj_bias\":true,"
                                + "\"tokenizer_kwargs\":{\"clean\":\"canonicalize\"},\"norm_kwargs\":{\"eps\":1e-6}}}}",
                        "{\"model_cfg\":{\"embed_dim\":768,\"vision_cfg\":{\"image_size\":384,\"image_seq_len\":576,"
                                + "\"timm_model_name\":\"naflexvit_base_patch16_siglip\",\"timm_pool\":\"map\","
                                + "\"timm_proj\":\"none\"},\"text_cfg\":{\"no_causal_mask\":true,\"pool_type\":\"last\","
                                + "\"proj_bias\":true,\"tokenizer_kwargs\":{\"clean\":\"canonicalize\"}}}}",
                        "{\"model_type\":\"distilbert\",\"dim\":768,\"n_layers\":6,\"n_heads\":12,\"hidden_dim\":3072,"
                                + "\"max_position_embeddings\":512,\"max_seq_length\":128,\"in_features\":768,"
                                + "\"out_features\":512,\"bias\":false,\"pooling_mode_mean_tokens\":true,"
                                + "\"activation_function\":\"torch.nn.Identity\"}",
                        "[{\"idx\":0,\"path\":\"\",\"type\":\"a.Transformer\"},{\"path\":\"1_Pooling\",\"type\":\"a.Pooling\"},"
                                + "{\"path\":\"2_Dense\",\"type\":\"a.Dense\"}]",
                        "{\"image_mean\":[0.48,0.46,0.41],\"image_std\":[0.27,0.26,0.28],\"crop_size\":{\"height\":224,"
                                + "\"width\":224},\"do_center_crop\":true,\"resample\":3,\"size\":{\"shortest_edge\":224}}",
                        "{\"image_processor_type\":\"Siglip2ImageProcessor\",\"max_num_patches\":256,\"patch_size\":16,"
                                + "\"do_resize\":true,\"do_rescale\":true,\"rescale_factor\":0.00392156862745098,"
                                + "\"do_normalize\":true,\"resample\":2}",
                        "{\"image_processor_type\":\"SiglipImageProcessor\",\"size\":{\"height\":224,\"width\":224}}",
                        "{\"model_type\":\"siglip2\",\"vision_config\":{\"num_patches\":256,\"patch_size\":16,"
                                + "\"hidden_size\":768,\"hidden_act\":\"gelu_pytorch_tanh\",\"num_channels\":3},"
                                + "\"text_config\":{\"max_position_embeddings\":64,\"vocab_size\":256000,"
                                + "\"projection_size\":768}}",
                        "{\"model_cfg\":{\"vision_cfg\":{\"timm_model_name\":\"vit_base_patch16_siglip_224\"},\"text_cfg\":"
                                + "{\"no_causal_mask\":true,\"pool_type\":\"last\",\"proj_bias\":true,\"tokenizer_kwargs\":"
                                + "{\"clean\":\"canonicalize\"},\"norm_kwargs\":{\"eps\":0}}}}",
                        "{\"model_type\":\"siglip_vision_model\",\"image_size\":224,\"vision_use_head\":true}",
                        "{\"model_type\":\"siglip_text_model\",\"num_hidden_layers\":12,\"layer_norm_eps\":1e-6}")
                .map(json -> json.getBytes(StandardCharsets.UTF_8));
    }
}
