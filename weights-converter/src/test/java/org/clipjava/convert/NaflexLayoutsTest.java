package org.clipjava.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.clipjava.Clip;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.PositionFilter;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.convert.ConversionOptions.Resize;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.Resampling;
import org.clipjava.image.RgbImage;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.safetensors.TensorInfo;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SigLIP 2 for pictures of any shape: the same model from all three layouts, but for what each maker does otherwise. */
class NaflexLayoutsTest {
    /** As {@code make_naflex_goldens.py} has them. */
    private static final int[][] GRIDS = {{1, 1}, {8, 8}, {1, 40}, {40, 1}, {5, 12}, {3, 7}};

    @TempDir
    Path temporary;

    private Path convert(Path source, ConversionOptions options) throws IOException {
        Path model = source.resolveSibling(source.getFileName() + ".converted");
        CheckpointConverter.convert(source, model, WeightType.F32, options, ConversionListener.SILENT);
        return model;
    }

    private Path openClip() throws IOException {
        return convert(NaflexLayouts.openClip(temporary, NaflexLayouts.CONFIG), ConversionOptions.NONE);
    }

    private static PixelTensor picture(int[] grid) {
        String name = "golden.naflex.pixel_values " + grid[0] + "x" + grid[1];
        int height = grid[0] * 8;
        int width = grid[1] * 8;
        return PixelTensor.of(height, width, SyntheticCheckpoint.uniform(name, 3 * height * width));
    }

    @Test
    void allGiveTheSameModel() throws IOException {
        Path huggingFace = convert(NaflexLayouts.huggingFace(temporary), ConversionOptions.NONE);
        Path openClip = openClip();
        Path bigVision = convert(NaflexLayouts.bigVision(temporary), ConversionOptions.NONE);
        ClipConfig config = ModelFile.info(huggingFace).config();
        assertEquals(config, ModelFile.info(bigVision).config());
        assertEquals(
                config.vision().withAnyShape(PositionFilter.BICUBIC),
                ModelFile.info(openClip).config().vision());
        assertEquals(config.text(), ModelFile.info(openClip).config().text());
        assertSameTensors(huggingFace, openClip);
        assertSameTensors(huggingFace, bigVision);
        PixelTensor picture = picture(GRIDS[5]);
        try (Clip one = SiglipFolderTest.open(huggingFace);
                Clip other = SiglipFolderTest.open(bigVision)) {
            assertEquals(one.encodePixels(picture), other.encodePixels(picture));
        }
    }

    private static void assertSameTensors(Path expected, Path found) throws IOException {
        try (SafetensorsFile a = SafetensorsFile.open(expected);
                SafetensorsFile b = SafetensorsFile.open(found)) {
            assertEquals(
                    List.copyOf(a.tensors().keySet()), List.copyOf(b.tensors().keySet()));
            for (TensorInfo tensor : a.tensors().values()) {
                TensorInfo other = b.tensor(tensor.name()).orElseThrow();
                assertEquals(tensor.shape(), other.shape(), tensor.name());
                assertEquals(-1, a.data(tensor).mismatch(b.data(other)), tensor.name());
            }
        }
    }

    /** Within what other goldens of embeddings as large have. */
    @Test
    void openClipsGivesTheEmbeddingsOfTimmsTower() throws IOException {
        try (Clip clip = SiglipFolderTest.open(openClip());
                SafetensorsFile golden =
                        SafetensorsFile.open(TestData.committed().path("golden/naflex-open-clip.safetensors"))) {
            float[] images = SiglipFolderTest.floats(golden, "image_embeds");
            for (int i = 0; i < GRIDS.length; i++) {
                assertArrayEquals(
                        Arrays.copyOfRange(images, i * 144, (i + 1) * 144),
                        clip.encodePixels(picture(GRIDS[i])).toArray(),
                        1e-4f,
                        Arrays.toString(GRIDS[i]));
            }
        }
    }

    @Test
    void openClipsSaysWhatItIs() throws IOException {
        Map<String, String> metadata = ModelFile.info(openClip()).metadata();
        assertEquals("siglip", metadata.get("clip.family"));
        assertEquals("sigmoid", metadata.get("clip.scoring"));
        assertEquals("true", metadata.get("clip.vision.any_shape"));
        assertEquals("bicubic", metadata.get("clip.vision.position_filter"));
        assertEquals("64", metadata.get("clip.vision.image_size"));
        assertEquals("8", metadata.get("clip.vision.patch_size"));
        assertEquals("gelu_pytorch_tanh", metadata.get("clip.vision.activation"));
        assertEquals("canonical", metadata.get("clip.tokenizer.cleaning"));
        assertEquals("patches:8:60", metadata.get("clip.image.resize"));
        assertEquals("none", metadata.get("clip.image.crop"));
        assertEquals("bicubic", metadata.get("clip.image.resample"));
        assertEquals("0.5,0.5,0.5", metadata.get("clip.image.mean"));
    }

    @Test
    void openClipsReadsPicturesOfAnyShape() throws IOException {
        try (Clip clip = SiglipFolderTest.open(openClip())) {
            RgbImage wide = RgbImage.of(70, 9, new byte[3 * 70 * 9]);
            PixelTensor pixels = clip.preprocessor().preprocess(wide);
            assertEquals(3 * 8, pixels.height());
            assertEquals(20 * 8, pixels.width());
            assertEquals(144, clip.encodeImage(wide).toArray().length);
        }
    }

    /** The numbers of open_clip 4.2.0.dev0, commit 89fb801. */
    @ParameterizedTest
    @CsvSource({
        "naflexvit_base_patch16_siglip, 768, 12, 12, ''",
        "naflexvit_so400m_patch16_siglip, 1152, 16, 27, '\"mlp_ratio\": 3.7362, '"
    })
    void readsOpenClipsTwoConfigurations(String tower, int width, int heads, int layers, String ratio)
            throws IOException {
        String config = """
                {"embed_dim": %2$d, "init_logit_bias": -10, "custom_text": true,
                 "vision_cfg": {"image_size": 384, "image_seq_len": 576, "timm_model_name": "%1$s",
                  "timm_model_pretrained": false, "timm_pool": "map", "timm_proj": "none"},
                 "text_cfg": {"context_length": 64, "vocab_size": 256000, "hf_tokenizer_name": "timm/ViT-B-16-SigLIP2-256",
                  "tokenizer_kwargs": {"clean": "canonicalize"}, "width": %2$d, "heads": %3$d, "layers": %4$d, %5$s
                  "no_causal_mask": true, "proj_bias": true, "pool_type": "last", "norm_kwargs": {"eps": 1e-6},
                  "act_kwargs": {"approximate": "tanh"}}}
                """.formatted(tower, width, heads, layers, ratio);
        JsonFields fields = JsonFields.parse(config.getBytes(UTF_8), "c");
        assertEquals(CheckpointFamily.SIGLIP, CheckpointFamily.ofOpenClip(fields));
        OpenClipSiglip.checkFields(fields);
    }

    /** As open_clip's own files of configurations are; how others are resized is not asked. */
    @Test
    void asksForThePreprocessingThatAConfigDoesNotHave() throws IOException {
        Path folder = NaflexLayouts.openClip(temporary, NaflexLayouts.CONFIG.replace("preprocess_cfg", "other"));
        ConversionOptionException e =
                assertThrows(ConversionOptionException.class, () -> convert(folder, ConversionOptions.NONE));
        assertEquals(List.of(Property.RESAMPLE, Property.MEAN, Property.STD), e.missing());
        ConversionOptions told = ConversionOptions.NONE
                .with(Resampling.BILINEAR)
                .withMean(Preprocessing.HALF)
                .withStd(Preprocessing.HALF);
        Map<String, String> metadata = ModelFile.info(convert(folder, told)).metadata();
        assertEquals("patches:8:60", metadata.get("clip.image.resize"));
        assertEquals("bilinear", metadata.get("clip.image.resample"));
    }

    @Test
    void takesNoOtherResize() throws IOException {
        for (Path source : List.of(
                NaflexLayouts.huggingFace(temporary),
                NaflexLayouts.openClip(temporary, NaflexLayouts.CONFIG),
                NaflexLayouts.bigVision(temporary))) {
            ConversionOptionException e = assertThrows(
                    ConversionOptionException.class,
                    () -> convert(source, ConversionOptions.NONE.with(Resize.SHORTEST)));
            assertTrue(
                    String.valueOf(e.getMessage())
                            .endsWith("expected its own resize, patches, found the option shortest; leave that out"),
                    e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"image_seq_len\": 60, |''|vision_cfg: image_seq_len: expected a whole number above zero, found nothing",
                "\"image_seq_len\": 60|\"image_seq_len\": 0|"
                        + "vision_cfg: image_seq_len: expected a whole number above zero, found 0",
                "\"image_seq_len\": 60|\"image_seq_len\": 131073|"
                        + "vision_cfg: image_seq_len: expected at most 131072, found 131073",
                "\"timm_pool\": \"map\"|\"timm_pool\": \"avg\"|vision_cfg: timm_pool: expected \"map\", found \"avg\"",
                "so400m_patch16|base_patch16|vision_cfg: timm_model_name: expected one whose tower is 144 wide, as that of"
                        + " the weights, not 768, found \"naflexvit_base_patch16_siglip\"",
                "naflexvit_so400m_patch16_siglip|vit_so400m_patch16_siglip_384|"
                        + "vision_cfg: image_seq_len: expected no such field in a SigLIP's config, found 60",
                "naflexvit_so400m_patch16_siglip|naflexvit_base_patch16_map|expected a CLIP of OpenAI's parts or with RoBERTa or"
                        + " XLM-RoBERTa, a MobileCLIP with a ViT, PE-Core, MetaCLIP 2 or SigLIP, found a model for pictures"
                        + " of any shape (NaFlex); see docs/models.md for what runs"
            })
    void refusesConfigsThatItCannotRun(String part, String other, String message) throws IOException {
        Path folder = NaflexLayouts.openClip(temporary, NaflexLayouts.CONFIG.replace(part, other));
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(folder, ConversionOptions.NONE));
        assertEquals(folder.resolve("open_clip_config.json") + ": model_cfg: " + message, e.getMessage());
    }

    @Test
    void refusesPatchesThatAreTooLargeTogether() throws IOException {
        NamedTensor large = new NamedTensor(
                "visual.trunk.embeds.proj.weight", "F32", List.of(144, 12288), () -> new byte[4 * 144 * 12288]);
        Path folder = NaflexLayouts.openClip(
                temporary, NaflexLayouts.CONFIG.replace("\"image_seq_len\": 60", "\"image_seq_len\": 131072"), large);
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(folder, ConversionOptions.NONE));
        assertEquals(
                folder.resolve("open_clip_config.json")
                        + ": model_cfg: vision_cfg: image_seq_len: expected patches of 1 to"
                        + " 178956970 pixels together, found 131072 of 64x64",
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "embeds.pos_embed|1,64,144|expected [1, side, side, width], found F32 [1, 64, 144]",
                "embeds.pos_embed|1,4,16,144|expected [1, side, side, width], found F32 [1, 4, 16, 144]",
                "embeds.pos_embed|1,8,8,143|expected F32 [64, 144], found F32 [64, 143];"
                        + " the config and the weights belong to different models",
                "embeds.proj.weight|144,3,8,8|expected 2 dimensions, none empty, found F32 [144, 3, 8, 8]",
                "embeds.proj.weight|144,191|expected a column for each channel of each pixel of a square, found F32 [144, 191]",
                "embeds.proj.weight|144,150|expected a column for each channel of each pixel of a square, found F32 [144, 150]",
                "embeds.reg_token|1,1,144|expected no such tensor in the CLIP model that its config describes, found F32"
                        + " [1, 1, 144]; is the config of this model?"
            })
    void refusesWeightsThatItCannotRun(String name, String shape, String message) throws IOException {
        List<Integer> sizes = new ArrayList<>();
        Arrays.stream(shape.split(",", -1)).map(Integer::valueOf).forEach(sizes::add);
        int elements = sizes.stream().reduce(1, Math::multiplyExact);
        NamedTensor tensor = new NamedTensor(
                "visual.trunk." + name, "F32", Collections.unmodifiableList(sizes), () -> new byte[4 * elements]);
        Path folder = NaflexLayouts.openClip(temporary, NaflexLayouts.CONFIG, tensor);
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(folder, ConversionOptions.NONE));
        assertEquals(
                folder.resolve("open_clip_model.safetensors") + ": visual.trunk." + name + ": " + message,
                e.getMessage());
    }
}
