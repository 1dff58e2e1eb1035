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
import java.util.Set;
import java.util.function.Predicate;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.Activation;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.Resampling;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Folders of OpenCLIP with CLIP's texts and an image tower of timm's: from timm's names to the embeddings of OpenCLIP's own code. */
class OpenClipTimmTest {
    private static final int EMBED = 40;
    private static final int TEXT = 48;
    private static final int CONTEXT = 16;
    private static final int VOCABULARY = 524;
    private static final String TRUNK = "visual.trunk.";

    @TempDir
    Path temporary;

    /** Models of the goldens. */
    enum Kind {
        MOBILE_B("mobile-b", "vit_base_mci_224", "token", 48, 128, 512, false),
        MOBILE_L("mobile-l", "vit_large_patch14_clip_224", "token", 42, 128, 512, true),
        PE_B("pe-b", "vit_pe_core_base_patch16_224", "map", 64, 128, 512, false),
        PE_G("pe-g", "vit_pe_core_gigantic_patch14_448", "map", 42, 192, 1120, false);

        private final String name;
        private final String tower;
        private final String pool;
        private final int image;
        private final int width;
        private final int mlp;
        private final boolean unmasked;

        Kind(String name, String tower, String pool, int image, int width, int mlp, boolean unmasked) {
            this.name = name;
            this.tower = tower;
            this.pool = pool;
            this.image = image;
            this.width = width;
            this.mlp = mlp;
            this.unmasked = unmasked;
        }

        String config() {
            return """
                    {"model_cfg": {"embed_dim": 40, "custom_text": true,
                      "vision_cfg": {"image_size": %d, "timm_model_name": "%s", "timm_model_pretrained": false,
                       "timm_pool": "%s", "timm_proj": null},
                      "text_cfg": {"context_length": 16, "vocab_size": 524, "width": 48, "heads": 2, "layers": 2,
                       "no_causal_mask": %s}},
                     "preprocess_cfg": {"mean": [0, 0, 0], "std": [1, 1, 1], "interpolation": "bilinear",
                      "resize_mode": "shortest"}}
                    """.formatted(image, tower, pool, unmasked);
        }

        List<NamedTensor> tensors() {
            Tensors tensors = new Tensors();
            switch (this) {
                case MOBILE_B -> {
                    tensors.add(TRUNK + "cls_token", 1, 1, width);
                    tensors.add(TRUNK + "pos_embed", 1, 9, width);
                    tensors.stem(24, 40, width);
                }
                case MOBILE_L -> {
                    tensors.add(TRUNK + "cls_token", 1, 1, width);
                    tensors.add(TRUNK + "pos_embed", 1, 10, width);
                    tensors.add(TRUNK + "patch_embed.proj.weight", width, 3, 14, 14);
                    tensors.norm(TRUNK + "norm_pre", width);
                }
                case PE_B -> {
                    tensors.add(TRUNK + "cls_token", 1, 1, width);
                    tensors.add(TRUNK + "pos_embed", 1, 17, width);
                    tensors.add(TRUNK + "patch_embed.proj.weight", width, 3, 16, 16);
                    tensors.pool(width);
                }
                case PE_G -> {
                    tensors.add(TRUNK + "pos_embed", 1, 9, width);
                    tensors.add(TRUNK + "patch_embed.proj.weight", width, 3, 14, 14);
                    tensors.pool(width);
                }
            }
            tensors.blocks(width, mlp);
            tensors.norm(TRUNK + "norm", width);
            tensors.linear(TRUNK + "head", EMBED, width);
            tensors.text();
            return tensors.all;
        }
    }

    /** As the recipe of the goldens fills them. */
    private static final class Tensors {
        private final List<NamedTensor> all = new ArrayList<>();

        private void put(String name, float centre, float amplitude, Integer... shape) {
            all.add(NamedTensor.of(name, new SyntheticCheckpoint.Tensor(name, List.of(shape), centre, amplitude)));
        }

        void add(String name, Integer... shape) {
            put(name, 0f, shape.length == 1 ? 0.05f : 0.2f, shape);
        }

        void norm(String name, int width) {
            put(name + ".weight", 1f, 0.2f, width);
            add(name + ".bias", width);
        }

        void linear(String name, int outputs, int inputs) {
            add(name + ".weight", outputs, inputs);
            add(name + ".bias", outputs);
        }

        void stem(int first, int second, int width) {
            String stem = TRUNK + "patch_embed.backbone.";
            add(stem + "0.conv.weight", first, 3, 4, 4);
            batchNorm(stem + "0.bn", first);
            add(stem + "1.conv.weight", second, first, 2, 2);
            batchNorm(stem + "1.bn", second);
            add(stem + "2.conv.weight", width, second, 2, 2);
            add(stem + "2.conv.bias", width);
        }

        private void batchNorm(String name, int width) {
            norm(name, width);
            add(name + ".running_mean", width);
            put(name + ".running_var", 1f, 0.5f, width);
            all.add(NamedTensor.integers(name + ".num_batches_tracked", List.of(), 7));
        }

        void pool(int width) {
            norm(TRUNK + "norm_pre", width);
            String pool = TRUNK + "attn_pool.";
            add(pool + "latent", 1, 1, width);
            linear(pool + "q", width, width);
            linear(pool + "kv", 2 * width, width);
            linear(pool + "proj", width, width);
            norm(pool + "norm", width);
            linear(pool + "mlp.fc1", 4 * width, width);
            linear(pool + "mlp.fc2", width, 4 * width);
        }

        void blocks(int width, int mlp) {
            for (int i = 0; i < 2; i++) {
                String block = TRUNK + "blocks." + i + ".";
                norm(block + "norm1", width);
                linear(block + "attn.qkv", 3 * width, width);
                linear(block + "attn.proj", width, width);
                norm(block + "norm2", width);
                linear(block + "mlp.fc1", mlp, width);
                linear(block + "mlp.fc2", width, mlp);
            }
        }

        void text() {
            add("text.positional_embedding", CONTEXT, TEXT);
            add("text.token_embedding.weight", VOCABULARY, TEXT);
            add("text.text_projection", TEXT, EMBED);
            for (int i = 0; i < 2; i++) {
                String block = "text.transformer.resblocks." + i + ".";
                norm(block + "ln_1", TEXT);
                add(block + "attn.in_proj_weight", 3 * TEXT, TEXT);
                add(block + "attn.in_proj_bias", 3 * TEXT);
                linear(block + "attn.out_proj", TEXT, TEXT);
                norm(block + "ln_2", TEXT);
                linear(block + "mlp.c_fc", 4 * TEXT, TEXT);
                linear(block + "mlp.c_proj", TEXT, 4 * TEXT);
            }
            norm("text.ln_final", TEXT);
            put("logit_scale", 4.6f, 0f);
        }
    }

    private Path folder(Kind kind, String config, Predicate<String> kept) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("folder"));
        Files.writeString(folder.resolve("open_clip_config.json"), config);
        TokenizerFiles.writeTokenizerJson(
                folder, TokenizerFiles.tokenizerJson(TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges()));
        SyntheticFolder.writeSafetensors(
                folder.resolve("open_clip_model.safetensors"),
                kind.tensors().stream()
                        .filter(tensor -> kept.test(tensor.name()))
                        .toList());
        return folder;
    }

    private Path folder(Kind kind) throws IOException {
        return folder(kind, kind.config(), name -> true);
    }

    private Path convert(Path folder, ConversionOptions options) throws IOException {
        Path model = temporary.resolve("model.safetensors");
        CheckpointConverter.convert(folder, model, WeightType.F32, options, ConversionListener.SILENT);
        return model;
    }

    private Path convert(Path folder) throws IOException {
        return convert(folder, ConversionOptions.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void givesTheEmbeddingsOfOpenClipsOwnCode(Kind kind) throws IOException {
        Path model = convert(folder(kind));
        try (Clip clip = Clip.open(model, ClipOptions.defaults().withKernels(KernelChoice.SCALAR));
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/open-clip-timm.safetensors"))) {
            int size = 3 * kind.image * kind.image;
            float[] pixels = SyntheticCheckpoint.uniform("open_clip.timm." + kind.name + ".pixel_values", 2 * size);
            List<PixelTensor> pictures = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                pictures.add(
                        PixelTensor.of(kind.image, kind.image, Arrays.copyOfRange(pixels, i * size, (i + 1) * size)));
                assertArrayEquals(
                        row(golden, "image_embeds." + kind.name, i),
                        clip.encodePixels(pictures.get(i)).toArray(),
                        1e-4f);
            }
            // together they are what each is alone, to the bit
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(
                        clip.encodePixels(pictures.get(i)).toArray(),
                        clip.encodePixels(pictures).get(i).toArray());
            }
            int[] ids = golden.data(golden.tensor("input_ids").orElseThrow()).toArray(ValueLayout.JAVA_INT_UNALIGNED);
            for (int i = 0; i < 3; i++) {
                int[] text = Arrays.copyOfRange(ids, i * CONTEXT, (i + 1) * CONTEXT);
                int length = Arrays.stream(text).boxed().toList().indexOf(VOCABULARY - 1) + 1;
                assertArrayEquals(
                        row(golden, "text_embeds." + kind.name, i),
                        clip.encodeTokens(List.of(TokenSequence.of(Arrays.copyOf(text, length), false)))
                                .getFirst()
                                .toArray(),
                        1e-4f);
            }
        }
    }

    private static float[] row(SafetensorsFile golden, String name, int row) {
        float[] all = golden.data(golden.tensor(name).orElseThrow()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        return Arrays.copyOfRange(all, row * EMBED, (row + 1) * EMBED);
    }

    @Test
    void saysWhatItIs() throws IOException {
        Map<String, String> metadata =
                ModelFile.info(convert(folder(Kind.MOBILE_B))).metadata();
        assertEquals("4:24,2:40", metadata.get("clip.vision.stem"));
        assertEquals("16", metadata.get("clip.vision.patch_size"));
        assertEquals("true", metadata.get("clip.vision.patch_bias"));
        assertEquals("false", metadata.get("clip.vision.ln_pre"));
        assertEquals("1.0E-6", metadata.get("clip.vision.layer_norm_eps"));
        assertEquals("linear_with_bias", metadata.get("clip.vision.projection"));
        assertEquals("causal", metadata.get("clip.text.mask"));
        assertEquals("original", metadata.get("clip.tokenizer.cleaning"));
        assertEquals("shortest_edge:48", metadata.get("clip.image.resize"));
        assertEquals("0.0,0.0,0.0", metadata.get("clip.image.mean"));
        metadata = ModelFile.info(convert(folder(Kind.MOBILE_L))).metadata();
        assertEquals("none", metadata.get("clip.text.mask"));
        assertEquals("0", metadata.get("clip.text.padding_token"));
        assertEquals("first:523", metadata.get("clip.text.pool"));
        assertEquals("true", metadata.get("clip.vision.ln_pre"));
        metadata = ModelFile.info(convert(folder(Kind.PE_B))).metadata();
        assertEquals("1", metadata.get("clip.vision.rotary_offset"));
        assertEquals("attention:8:512", metadata.get("clip.vision.pool"));
        assertEquals("true", metadata.get("clip.vision.class_token"));
        assertEquals("softmax", metadata.get("clip.scoring"));
        metadata = ModelFile.info(convert(folder(Kind.PE_G))).metadata();
        assertEquals("0", metadata.get("clip.vision.rotary_offset"));
        assertEquals("2", metadata.get("clip.vision.heads"));
        assertEquals("false", metadata.get("clip.vision.class_token"));
    }

    @Test
    void takesOneFileOfItsFolder() throws IOException {
        Path folder = folder(Kind.MOBILE_B);
        byte[] whole = Files.readAllBytes(convert(folder));
        assertArrayEquals(whole, Files.readAllBytes(convert(folder.resolve("open_clip_model.safetensors"))));
    }

    @Test
    void asksForThePreprocessingThatAConfigDoesNotHave() throws IOException {
        String config = Kind.MOBILE_B.config().replace("preprocess_cfg", "other");
        Path folder = folder(Kind.MOBILE_B, config, name -> true);
        ConversionOptionException e = assertThrows(ConversionOptionException.class, () -> convert(folder));
        assertEquals(List.of(Property.RESIZE, Property.RESAMPLE, Property.MEAN, Property.STD), e.missing());
        ConversionOptions told = ConversionOptions.NONE
                .with(ConversionOptions.Resize.SQUASH)
                .with(Resampling.BILINEAR)
                .withMean(List.of(0f, 0f, 0f))
                .withStd(List.of(1f, 1f, 1f));
        assertEquals(
                "exact:48x48", ModelFile.info(convert(folder, told)).metadata().get("clip.image.resize"));
    }

    @Test
    void needsItsConfig() throws IOException {
        Path folder = folder(Kind.MOBILE_L);
        Files.delete(folder.resolve("open_clip_config.json"));
        ConversionOptions options = ConversionOptions.NONE.withHeads(2, 2).with(Activation.GELU);
        ModelFormatException e = assertThrows(
                ModelFormatException.class, () -> convert(folder.resolve("open_clip_model.safetensors"), options));
        assertTrue(
                String.valueOf(e.getMessage())
                        .endsWith("found an image tower of timm's, which they don't describe; put its"
                                + " open_clip_config.json beside it"),
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"timm_pool\": \"token\"|\"timm_pool\": \"avg\"|"
                        + "model_cfg: vision_cfg: timm_pool: expected \"token\", found \"avg\"",
                ", \"timm_proj\": null|''|" + "model_cfg: vision_cfg: timm_proj: expected null, found nothing",
                "\"timm_proj\": null|\"timm_proj\": \"mlp\"|"
                        + "model_cfg: vision_cfg: timm_proj: expected null, found \"mlp\"",
                "\"timm_proj\": null|\"timm_proj\": null, \"timm_drop_head\": 1|"
                        + "model_cfg: vision_cfg: timm_drop_head: expected no such field beside a timm_model_name, found 1",
                "\"no_causal_mask\": false|\"no_causal_mask\": true, \"hf_tokenizer_name\": \"x\"|"
                        + "model_cfg: text_cfg: hf_tokenizer_name: expected none, as texts without a mask depend on their"
                        + " padding, found \"x\"",
                "\"no_causal_mask\": false|\"pool_type\": \"last\"|"
                        + "model_cfg: text_cfg: pool_type: expected \"tok\" or \"argmax\", found \"last\""
            })
    void refusesWhatItCannotRun(String part, String other, String message) throws IOException {
        String config = Kind.MOBILE_B.config().replaceAll("\\s+", " ").replace(part, other);
        Path folder = folder(Kind.MOBILE_B, config, name -> true);
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertEquals(folder.resolve("open_clip_config.json") + ": " + message, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "visual.trunk.patch_embed.backbone.1.bn.running_var|backbone.1.bn.running_var: expected all of the convolutions before the patches, found no",
                "visual.trunk.patch_embed.backbone.2.conv.bias|backbone.2.conv.bias: expected all of the convolutions before the patches, found no",
                "visual.trunk.cls_token|visual.trunk.cls_token: expected F32 [128], found no such tensor"
            })
    void namesWhatIsMissing(String name, String message) throws IOException {
        Path folder = folder(Kind.MOBILE_B, Kind.MOBILE_B.config(), tensor -> !tensor.equals(name));
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "backbone.0.conv.weight|24,3,4|expected a convolution's kernel with squares, found F32 [24, 3, 4]",
                "backbone.1.conv.weight|40,24,2,3|expected a convolution's kernel with squares, found F32 [40, 24, 2, 3]",
                "backbone.0.conv.weight|0,3,4,4|expected F32, F16 or BF16 with 4 dimensions, none empty, found F32",
                "backbone.0.conv.weight|24,4,4,4|expected F32 [24, 3, 4, 4], found F32 [24, 4, 4, 4]",
                "backbone.1.bn.running_var|39|expected [40], found F32 [39]",
                "backbone.1.bn.bias|40,1|expected F32, F16 or BF16 with 1 dimensions, none empty, found F32 [40, 1]",
                "backbone.2.conv.weight|128,39,2,2|expected F32 [128, 2, 2, 40], found F32 [128, 2, 2, 39]",
                "backbone.2.conv.weight|128,40,3,3|visual.trunk.pos_embed: expected F32 [5, 128], found F32 [10, 128]"
            })
    void refusesStemsThatFitNothing(String name, String shape, String message) throws IOException {
        Path folder = folder(Kind.MOBILE_B);
        List<Integer> other =
                Arrays.stream(shape.split(",", -1)).map(Integer::valueOf).toList();
        List<NamedTensor> tensors = Kind.MOBILE_B.tensors().stream()
                .map(tensor -> tensor.name().endsWith(name)
                        ? NamedTensor.of(tensor.name(), new SyntheticCheckpoint.Tensor(tensor.name(), other, 1f, 0.5f))
                        : tensor)
                .toList();
        SyntheticFolder.writeSafetensors(folder.resolve("open_clip_model.safetensors"), tensors);
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    @Test
    void refusesAVarianceThatIsNone() throws IOException {
        Path folder = folder(Kind.MOBILE_B);
        List<NamedTensor> tensors = Kind.MOBILE_B.tensors().stream()
                .map(tensor -> tensor.name().endsWith("0.bn.running_var")
                        ? NamedTensor.of(
                                tensor.name(), new SyntheticCheckpoint.Tensor(tensor.name(), tensor.shape(), -1f, 0f))
                        : tensor)
                .toList();
        SyntheticFolder.writeSafetensors(folder.resolve("open_clip_model.safetensors"), tensors);
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> convert(folder));
        assertTrue(
                String.valueOf(e.getMessage()).contains("backbone.0.conv.weight: expected finite weights, found NaN"),
                e.getMessage());
    }

    @Test
    void knowsMobileClipsOwnNames() throws IOException {
        ModelFormatException e = assertThrows(
                ModelFormatException.class,
                () -> OtherWeights.refuse(Set.of("image_encoder.model.cls_token"), "mobileclip2_b.pt"));
        assertTrue(String.valueOf(e.getMessage()).contains("found those of MobileCLIP's own code"), e.getMessage());
        JsonFields config = JsonFields.parse(Kind.MOBILE_B.config().getBytes(UTF_8), "c");
        assertEquals(CheckpointFamily.MOBILE_CLIP, CheckpointFamily.ofOpenClip(config));
    }
}
