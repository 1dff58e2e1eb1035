package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenClipConfigTest {
    private static final SyntheticCheckpoint TINY = SyntheticCheckpoint.TINY;

    private static final String GELU = "\"quick_gelu\": false,";

    @TempDir
    Path temporary;

    @Test
    void takesOpenClipsDefaults() throws IOException {
        OpenClipConfig config = config(
                "{\"model_cfg\": {" + GELU + "\"embed_dim\": 512, \"vision_cfg\": {}, \"text_cfg\": {}}}", "none");
        assertEquals(
                new CheckpointConfig(
                        512,
                        new CheckpointConfig.Layers(Activation.GELU, 1e-5f),
                        new CheckpointConfig.Vision(768, 3072, 12, 12, 224, 16),
                        new CheckpointConfig.Text(512, 2048, 12, 8, 77, 49408)),
                config.model());
        assertEquals(Preprocessing.ofClip(224).asTorchvision(), config.preprocessing());
    }

    @Test
    void readsTheHugeModelWithHeadsOf80() throws IOException {
        CheckpointConfig huge = config(SyntheticCheckpoint.VIT_H_14.openClipConfigJson(GELU, ""), "none")
                .model();
        assertEquals(new CheckpointConfig.Vision(1280, 5120, 32, 16, 224, 14), huge.vision());
        assertEquals(new CheckpointConfig.Text(1024, 4096, 24, 16, 77, 49408), huge.text());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"quick_gelu\": true,', laion/CLIP-ViT-B-32-laion2B-s34B-b79K, quick_gelu",
        "'\"quick_gelu\": false,', timm/vit_base_patch32_clip_224.openai, gelu",
        "'', timm/vit_base_patch32_clip_224.openai, quick_gelu",
        "'', timm/vit_base_patch32_clip_224.laion400m_e32, quick_gelu",
        "'', timm/vit_base_patch32_clip_224.metaclip_400m, quick_gelu",
        "'', apple/DFN5B-CLIP-ViT-H-14, quick_gelu",
        "'', timm/vit_base_patch16_clip_224.dfn2b, quick_gelu",
        "'', apple/DFN2B-CLIP-ViT-L-14-39B, gelu",
        "'', timm/vit_large_patch14_clip_224.dfn2b_s39b, gelu",
        "'', laion/CLIP-ViT-H-14-laion2B-s32B-b79K, gelu",
        "'', timm/vit_base_patch32_clip_224.datacompxl, gelu",
        "'', timm/vit_base_patch16_clip_224.laion400m_e32, gelu",
        "'', timm/vit_base_patch16_plus_clip_240.laion400m_e31, gelu",
        "'', timm/vit_large_patch14_clip_224.laion400m_e32, gelu",
        "'', timm/vit_huge_patch14_clip_224.metaclip_altogether, gelu",
        "'', timm/vit_huge_patch14_clip_224.metaclip_2pt5b, quick_gelu"
    })
    void takesTheActivationThatTheWeightsWereTrainedWith(String field, String repository, String expected)
            throws IOException {
        assertEquals(
                expected,
                config(TINY.openClipConfigJson(field, ""), repository)
                        .model()
                        .visionLayers()
                        .activation()
                        .spelling());
    }

    @ParameterizedTest
    @ValueSource(strings = {"somebody/my-openai-clip", "somebody/clip"})
    void asksForTheActivationThatNeitherTheConfigNorTheTableTells(String repository) {
        ConversionOptionException e = assertThrows(
                ConversionOptionException.class, () -> config(TINY.openClipConfigJson("", ""), repository));
        assertEquals(List.of(ConversionOptionException.Property.ACTIVATION), e.missing());
        assertTrue(
                e.getMessage().contains("expected to be told what these weights do not say: activation"),
                e.getMessage());
    }

    @Test
    void anOptionFillsWhatTheConfigDoesNotMention() throws IOException {
        ConversionOptions options = ConversionOptions.NONE
                .with(Activation.QUICK_GELU)
                .with(Resampling.BILINEAR)
                .with(ConversionOptions.Resize.SQUASH)
                .withMean(List.of(0.5f, 0.5f, 0.5f))
                .withStd(List.of(0.25f, 0.5f, 1f));
        OpenClipConfig config = config(TINY.openClipConfigJson("", ""), Optional.empty(), options);
        assertEquals("quick_gelu", config.model().visionLayers().activation().spelling());
        assertEquals(
                PreprocessorConfig.of(
                        new PreprocessorConfig.Resize.Exact(64, 64),
                        Optional.empty(),
                        Resampling.BILINEAR,
                        List.of(0.5f, 0.5f, 0.5f),
                        List.of(0.25f, 0.5f, 1f)),
                config.preprocessing().config());
    }

    @Test
    void anOptionCannotContradictTheConfig() {
        assertContradicted(
                "activation, quick_gelu, found the option gelu; leave that out",
                ConversionOptions.NONE.with(Activation.GELU));
        assertContradicted(
                "mean, [0.5, 0.5, 0.5], found the option [0.48145467, 0.4578275, 0.40821072]",
                ConversionOptions.NONE.withMean(ConversionOptions.CLIP_MEAN));
        assertContradicted("vision-heads, 3, found the option 4", ConversionOptions.NONE.withHeads(4, 2));
    }

    private void assertContradicted(String expected, ConversionOptions options) {
        String json = TINY.openClipConfigJson("\"quick_gelu\": true,", "\"mean\": [0.5, 0.5, 0.5]");
        ConversionOptionException e =
                assertThrows(ConversionOptionException.class, () -> config(json, Optional.empty(), options));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertEquals(List.of(), e.missing());
    }

    @ParameterizedTest
    @CsvSource({
        "'', shortest_edge:64, 64x64, bicubic",
        "'\"resize_mode\": \"shortest\", \"interpolation\": \"bilinear\"', shortest_edge:64, 64x64, bilinear",
        "'\"resize_mode\": \"squash\", \"size\": [64, 64]', exact:64x64, none, bicubic",
        "'\"size\": 64, \"mode\": \"RGB\", \"fill_color\": 0', shortest_edge:64, 64x64, bicubic"
    })
    void readsEveryFormOfPreprocessing(String fields, String resize, String crop, String resample) throws IOException {
        Preprocessing preprocessing =
                config(TINY.openClipConfigJson(GELU, fields), "none").preprocessing();
        assertEquals(resize, preprocessing.resize());
        assertEquals(crop, preprocessing.crop());
        assertEquals(resample, preprocessing.resample());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"resize_mode\": \"longest\"', 'resize_mode: expected \"shortest\" or \"squash\", found \"longest\"'",
        "'\"interpolation\": \"random\"', 'interpolation: expected \"bicubic\" or \"bilinear\", found \"random\"'",
        "'\"size\": 32', 'size: expected model_cfg''s image_size, 64, found 32'",
        "'\"size\": [64, 32]', 'size: expected a square''s side, found [64,32]'",
        "'\"mean\": [0.5]', 'mean: expected three numbers, found [0.5]'",
        "'\"std\": [0.5, 0, 1]', 'std: expected numbers above zero, found [0.5,0,1]'",
        "'\"mode\": \"L\"', 'mode: expected \"RGB\", found \"L\"'",
        "'\"sharpen\": true', 'sharpen: expected no such field, found true'"
    })
    void refusesPreprocessingThatCantBeDone(String fields, String expected) {
        assertRefused(expected, TINY.openClipConfigJson(GELU, fields));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"init_logit_bias\": -10,', 'model_cfg: init_logit_bias: expected no such field, found -10'",
        "'\"multimodal_cfg\": {},', 'found a CoCa, which writes texts about pictures; see docs/models.md'"
    })
    void refusesOtherModels(String fields, String expected) {
        assertRefused(expected, TINY.openClipConfigJson(fields, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"timm_model_name\": \"convnext_base\"', 'found a CLIP with a ConvNeXt, timm_model_name \"convnext_base\"; see docs'",
        "'\"pool_type\": \"avg\"', 'pool_type: expected \"tok\" or \"argmax\", found \"avg\"'",
        "'\"attentional_pool\": true', 'attentional_pool: expected false, found true'",
        "'\"layers\": [3, 4, 6, 3]', 'found a CLIP with a ResNet; take one of the ViT models; see docs/models.md'",
        "'\"image_size\": 220', 'expected an image_size that is a multiple of patch_size, found 220 and 16'",
        "'\"mlp_ratio\": 0', 'mlp_ratio: expected a number above zero, found 0'",
        "'\"head_width\": 100', 'expected a width that is a multiple of head_width, found 768 and 100'"
    })
    void refusesOtherImageTowers(String fields, String expected) {
        assertRefused(
                expected,
                "{\"model_cfg\": {\"embed_dim\": 512, \"quick_gelu\": false, \"vision_cfg\": {%s}, \"text_cfg\": {}}}"
                        .formatted(fields));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"hf_model_name\": \"google/mt5-base\"', 'found a CLIP with mT5 for texts; see docs/models.md'",
        "'\"no_causal_mask\": true', 'no_causal_mask: expected false, found true'",
        "'\"tokenizer_kwargs\": {\"clean\": \"canonicalize\"}', 'tokenizer_kwargs: expected no such field'",
        "'\"heads\": 7', 'expected a width that is a multiple of heads, found 512 and 7'"
    })
    void refusesOtherTextTowers(String fields, String expected) {
        assertRefused(
                expected,
                "{\"model_cfg\": {\"embed_dim\": 512, \"vision_cfg\": {}, \"text_cfg\": {%s}}}".formatted(fields));
    }

    private void assertRefused(String expected, String json) {
        ModelFormatException e = assertThrows(ModelFormatException.class, () -> config(json, "none"));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    private OpenClipConfig config(String json, String repository) throws IOException {
        return config(json, Optional.of(repository), ConversionOptions.NONE);
    }

    private OpenClipConfig config(String json, Optional<String> repository, ConversionOptions options)
            throws IOException {
        Path file = Files.writeString(temporary.resolve("open_clip_config.json"), json);
        return OpenClipConfig.of(JsonFields.read(file), repository, options);
    }
}
