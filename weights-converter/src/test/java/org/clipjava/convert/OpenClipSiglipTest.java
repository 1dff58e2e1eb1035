package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.WeightType;
import org.clipjava.image.PixelTensor;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of SigLIP as OpenCLIP lays them out: from timm's names to the embeddings of OpenCLIP's own code. */
class OpenClipSiglipTest {
    private static final int WIDTH = 144;
    private static final int MLP = 538;
    private static final int TEXT_WIDTH = 48;
    private static final int TEXT_MLP = 179;
    private static final String ERF = "vit_so400m_patch14_siglip_224";
    private static final String TANH = "vit_so400m_patch16_siglip_256";

    @TempDir
    Path temporary;

    private static String config(String tower, String activation) {
        return """
                {"model_cfg": {"embed_dim": 144, "init_logit_bias": -10, "custom_text": true,
                  "vision_cfg": {"image_size": 70, "timm_model_name": "%s", "timm_model_pretrained": false,
                   "timm_pool": "map", "timm_proj": "none"},
                  "text_cfg": {"context_length": 64, "vocab_size": 1000, "hf_tokenizer_name": "timm/ViT-B-16-SigLIP",
                   "tokenizer_kwargs": {"clean": "canonicalize"}, "width": 48, "heads": 2, "layers": 2,
                   "mlp_ratio": 3.7362, "no_causal_mask": true, "proj_bias": true, "pool_type": "last",
                   "norm_kwargs": {"eps": 1e-6}%s}},
                 "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "interpolation": "bicubic",
                  "resize_mode": "squash"}}
                """.formatted(tower, activation);
    }

    private Path folder(String config) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("siglip"));
        Files.writeString(folder.resolve("open_clip_config.json"), config);
        TokenizerFiles.write("t5.tokenizer.json", folder.resolve("tokenizer.json"));
        SyntheticFolder.writeSafetensors(folder.resolve("open_clip_model.safetensors"), tensors());
        return folder;
    }

    private static List<NamedTensor> tensors() {
        List<NamedTensor> tensors = new ArrayList<>();
        String trunk = "visual.trunk.";
        add(tensors, trunk + "pos_embed", 1, 64, WIDTH);
        add(tensors, trunk + "patch_embed.proj.weight", WIDTH, 3, 8, 8);
        add(tensors, trunk + "patch_embed.proj.bias", WIDTH);
        for (int i = 0; i < 2; i++) {
            String block = trunk + "blocks." + i + ".";
            norm(tensors, block + "norm1", WIDTH);
            linear(tensors, block + "attn.qkv", 3 * WIDTH, WIDTH);
            linear(tensors, block + "attn.proj", WIDTH, WIDTH);
            norm(tensors, block + "norm2", WIDTH);
            linear(tensors, block + "mlp.fc1", MLP, WIDTH);
            linear(tensors, block + "mlp.fc2", WIDTH, MLP);
        }
        norm(tensors, trunk + "norm", WIDTH);
        add(tensors, trunk + "attn_pool.latent", 1, 1, WIDTH);
        linear(tensors, trunk + "attn_pool.q", WIDTH, WIDTH);
        linear(tensors, trunk + "attn_pool.kv", 2 * WIDTH, WIDTH);
        linear(tensors, trunk + "attn_pool.proj", WIDTH, WIDTH);
        norm(tensors, trunk + "attn_pool.norm", WIDTH);
        linear(tensors, trunk + "attn_pool.mlp.fc1", MLP, WIDTH);
        linear(tensors, trunk + "attn_pool.mlp.fc2", WIDTH, MLP);
        add(tensors, "text.positional_embedding", 64, TEXT_WIDTH);
        add(tensors, "text.token_embedding.weight", 1000, TEXT_WIDTH);
        for (int i = 0; i < 2; i++) {
            String block = "text.transformer.resblocks." + i + ".";
            norm(tensors, block + "ln_1", TEXT_WIDTH);
            add(tensors, block + "attn.in_proj_weight", 3 * TEXT_WIDTH, TEXT_WIDTH);
            add(tensors, block + "attn.in_proj_bias", 3 * TEXT_WIDTH);
            linear(tensors, block + "attn.out_proj", TEXT_WIDTH, TEXT_WIDTH);
            norm(tensors, block + "ln_2", TEXT_WIDTH);
            linear(tensors, block + "mlp.c_fc", TEXT_MLP, TEXT_WIDTH);
            linear(tensors, block + "mlp.c_proj", TEXT_WIDTH, TEXT_MLP);
        }
        norm(tensors, "text.ln_final", TEXT_WIDTH);
        linear(tensors, "text.text_projection", WIDTH, TEXT_WIDTH);
        tensors.add(NamedTensor.of(
                "logit_scale", new SyntheticCheckpoint.Tensor("logit_scale", List.<Integer>of(), 4.7f, 0f)));
        tensors.add(NamedTensor.of("logit_bias", new SyntheticCheckpoint.Tensor("logit_bias", List.of(1), -12.9f, 0f)));
        return tensors;
    }

    private static void norm(List<NamedTensor> tensors, String name, int width) {
        tensors.add(NamedTensor.of(
                name + ".weight", new SyntheticCheckpoint.Tensor(name + ".weight", List.of(width), 1f, 0.2f)));
        add(tensors, name + ".bias", width);
    }

    private static void linear(List<NamedTensor> tensors, String name, int outputs, int inputs) {
        add(tensors, name + ".weight", outputs, inputs);
        add(tensors, name + ".bias", outputs);
    }

    private static void add(List<NamedTensor> tensors, String name, Integer... shape) {
        float amplitude = shape.length == 1 ? 0.05f : shape.length == 4 ? 0.07f : 0.2f;
        tensors.add(NamedTensor.of(name, new SyntheticCheckpoint.Tensor(name, List.of(shape), 0f, amplitude)));
    }

    private Path convert(Path folder) throws IOException {
        Path model = temporary.resolve("model.safetensors");
        CheckpointConverter.convert(folder, model, WeightType.F32, ConversionListener.SILENT);
        return model;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"erf|" + ERF + "|''", "tanh|" + TANH + "|', \"act_kwargs\": {\"approximate\": \"tanh\"}'"})
    void givesTheEmbeddingsOfOpenClipsOwnCode(String kind, String tower, String activation) throws IOException {
        Path model = convert(folder(config(tower, activation)));
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR));
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/siglip-open-clip.safetensors"))) {
            int size = 3 * 70 * 70;
            float[] pixels = SyntheticCheckpoint.uniform("open_clip.siglip.pixel_values", 2 * size);
            for (int i = 0; i < 2; i++) {
                PixelTensor picture = PixelTensor.of(70, 70, Arrays.copyOfRange(pixels, i * size, (i + 1) * size));
                assertArrayEquals(
                        row(golden, "image_embeds." + kind, i),
                        clip.encodePixels(picture).toArray(),
                        1e-4f);
            }
            int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
            for (int i = 0; i < 3; i++) {
                TokenSequence text = TokenSequence.of(Arrays.copyOfRange(ids, i * 64, (i + 1) * 64), false);
                assertArrayEquals(
                        row(golden, "text_embeds." + kind, i),
                        clip.encodeTokens(List.of(text)).getFirst().toArray(),
                        1e-4f);
            }
        }
    }

    private static float[] row(SafetensorsFile golden, String name, int row) {
        float[] all = golden.data(golden.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        return Arrays.copyOfRange(all, row * WIDTH, (row + 1) * WIDTH);
    }

    @Test
    void saysWhatItIs() throws IOException {
        Map<String, String> metadata =
                ModelFile.info(convert(folder(config(ERF, "")))).metadata();
        assertEquals("siglip", metadata.get("clip.family"));
        assertEquals("sigmoid", metadata.get("clip.scoring"));
        assertEquals("canonical", metadata.get("clip.tokenizer.cleaning"));
        assertEquals("1", metadata.get("clip.text.padding_token"));
        assertEquals("exact:70x70", metadata.get("clip.image.resize"));
        assertEquals("0.5,0.5,0.5", metadata.get("clip.image.mean"));
    }

    @Test
    void readsTextsAsOpenClipDoes() throws IOException {
        try (Clip clip = Clip.open(convert(folder(config(ERF, ""))))) {
            // Hugging Face deletes the underscore
            assertEquals(
                    "a photo of a cat", clip.tokenizer().decode(clip.tokenizer().encode("A photo, of a_cat!")));
        }
    }

    @Test
    void takesOneFileOfItsFolder() throws IOException {
        Path folder = folder(config(ERF, ""));
        Path whole = convert(folder);
        Path named = temporary.resolve("named.safetensors");
        CheckpointConverter.convert(
                folder.resolve("open_clip_model.safetensors"), named, WeightType.F32, ConversionListener.SILENT);
        assertEquals(-1, Files.mismatch(whole, named));
    }

    /** As the config of So400m/16-256 i18n has it, whose text tower is as wide as its embeddings. */
    @Test
    void needsNoProjectionOfTexts() throws IOException {
        String json = config(ERF, "").replace("\"proj_bias\": true", "\"proj_type\": \"none\"");
        JsonFields fields = JsonFields.parse(json.getBytes(UTF_8), "c");
        OpenClipSiglip.checkFields(fields);
        Path folder = folder(json);
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertTrue(
                String.valueOf(e.getMessage()).contains("embed_dim: expected 48, the width of the text tower"),
                e.getMessage());
    }

    /** As open_clip's own files of configurations are, which leave that to the weights' tags. */
    @Test
    void asksForThePreprocessingThatAConfigDoesNotHave() throws IOException {
        Path folder = folder(config(ERF, "").replace("preprocess_cfg", "other"));
        ConversionOptionException e = assertThrows(ConversionOptionException.class, () -> convert(folder));
        assertEquals(
                List.of(
                        ConversionOptionException.Property.RESIZE,
                        ConversionOptionException.Property.RESAMPLE,
                        ConversionOptionException.Property.MEAN,
                        ConversionOptionException.Property.STD),
                e.missing());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"pool_type\": \"last\"|\"pool_type\": \"argmax\"|"
                        + "model_cfg: text_cfg: pool_type: expected \"last\", found \"argmax\"",
                "\"proj_bias\": true, |''|"
                        + "model_cfg: text_cfg: proj_bias: expected true, as SigLIP has it, found nothing",
                "\"timm_pool\": \"map\"|\"timm_pool\": \"avg\"|"
                        + "model_cfg: vision_cfg: timm_pool: expected \"map\", found \"avg\"",
                "\"embed_dim\": 144|\"embed_dim\": 145|"
                        + "model_cfg: embed_dim: expected the image tower's width, 144, found 145",
                "vit_so400m_patch14_siglip_224|vit_base_patch16_siglip_224|"
                        + "model_cfg: vision_cfg: timm_model_name: expected one whose tower is 144 wide, as that of the weights,"
                        + " not 768, found \"vit_base_patch16_siglip_224\"",
                "\"eps\": 1e-6|\"eps\": 0|"
                        + "model_cfg: text_cfg: layer_norm_eps: expected a number in (0, 1), found 0.0",
                "\"clean\": \"canonicalize\"|\"clean\": \"lower\"|"
                        + "model_cfg: text_cfg: tokenizer_kwargs: clean: expected \"canonicalize\", found \"lower\"",
                "\"custom_text\": true|\"custom_text\": true, \"rope\": 2|"
                        + "model_cfg: rope: expected no such field in a SigLIP's config, found 2"
            })
    void refusesWhatItCannotRun(String part, String other, String message) throws IOException {
        Path folder = folder(config(ERF, "").replace(part, other));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertEquals(folder.resolve("open_clip_config.json") + ": " + message, e.getMessage());
    }
}
