package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.image.Resampling;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.safetensors.SafetensorsFile;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TorchFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are taken for a checkpoint, and what has to be told where they do not tell it. */
class CheckpointSourcesTest {
    /** CLIP's vocabulary, since weights without a config have no other. */
    private static final SyntheticCheckpoint SMALL = new SyntheticCheckpoint(
            4, new SyntheticCheckpoint.Vision(6, 10, 2, 2, 4, 2), new SyntheticCheckpoint.Text(4, 6, 1, 2, 5, 49408));

    @TempDir
    Path temporary;

    private Path source;
    private Path model;

    @BeforeEach
    void namePaths() throws IOException {
        source = Files.createDirectories(temporary.resolve("source"));
        model = temporary.resolve("model.safetensors");
    }

    // What has to be told.

    @Test
    void asksForEverythingThatBareWeightsDoNotSay() throws IOException {
        Path file = Layout.BARE_STATE_DICT.write(SMALL, source);
        ConversionOptionException e =
                assertThrows(ConversionOptionException.class, () -> convert(file, ConversionOptions.NONE));
        assertEquals(
                List.of(
                        Property.VISION_HEADS,
                        Property.TEXT_HEADS,
                        Property.ACTIVATION,
                        Property.RESIZE,
                        Property.RESAMPLE,
                        Property.MEAN,
                        Property.STD),
                e.missing());
        assertEquals(
                file
                        + ": expected to be told what these weights do not say: vision-heads (a number), text-heads (a"
                        + " number), activation (quick_gelu or gelu), resize (shortest or squash), resample (bicubic"
                        + " or bilinear), mean (of the channels), std (of the channels)",
                e.getMessage());
        assertFalse(Files.exists(model));
    }

    @Test
    void doesNotAskForTheActivationThatAnArchiveNames() throws IOException {
        Path file = Layout.OPEN_AI.write(SMALL, source);
        ConversionOptionException e =
                assertThrows(ConversionOptionException.class, () -> convert(file, ConversionOptions.NONE));
        assertFalse(e.missing().contains(Property.ACTIVATION), e.getMessage());
        e = assertThrows(
                ConversionOptionException.class,
                () -> convert(file, Layout.BARE_STATE_DICT.options(SMALL).with(Activation.GELU)));
        assertTrue(e.getMessage().contains("its own activation, quick_gelu, found the option gelu"), e.getMessage());
    }

    @Test
    void asksForTheActivationOfAnArchiveWhoseClassesSayNothing() throws IOException {
        Path file = source.resolve("model.pt");
        TorchFiles.writeScript(file, TorchFiles.openAi(SMALL, ""), "Activation");
        ConversionOptionException e =
                assertThrows(ConversionOptionException.class, () -> convert(file, Layout.OPEN_AI.options(SMALL)));
        assertEquals(List.of(Property.ACTIVATION), e.missing());
        TorchFiles.writeScript(file, TorchFiles.openAi(SMALL, ""), "GELU");
        assertEquals("gelu", convert(file, Layout.OPEN_AI.options(SMALL)).get("clip.text.activation"));
    }

    @Test
    void takesTheActivationFromTheRepositorysNameWhereThatSays() throws IOException {
        Path snapshot =
                temporary.resolve("models--timm--vit_base_patch32_clip_224.openai/snapshots/" + "0a".repeat(20));
        Path file = Layout.BARE_STATE_DICT.write(SMALL, snapshot);
        ConversionOptions silent = Layout.OPEN_AI.options(SMALL);
        Map<String, String> metadata = convert(file, silent);
        assertEquals("quick_gelu", metadata.get("clip.text.activation"));
        assertEquals("timm/vit_base_patch32_clip_224.openai", metadata.get("clip.model_id"));
        assertEquals("0a".repeat(20), metadata.get("clip.revision"));
        // The user may know better: a name is no statement of the checkpoint itself.
        assertEquals("gelu", convert(file, silent.with(Activation.GELU)).get("clip.text.activation"));
    }

    @Test
    void takesWhatItIsTold() throws IOException {
        Path file = Layout.BARE_STATE_DICT.write(SMALL, source);
        ConversionOptions options = ConversionOptions.NONE
                .withHeads(3, 1)
                .with(Activation.GELU)
                .with(ConversionOptions.Resize.SQUASH)
                .with(Resampling.BILINEAR)
                .withMean(List.of(0.5f, 0.5f, 0.5f))
                .withStd(List.of(0.25f, 0.25f, 0.25f));
        Map<String, String> metadata = convert(file, options);
        assertEquals("3", metadata.get("clip.vision.heads"));
        assertEquals("1", metadata.get("clip.text.heads"));
        assertEquals("gelu", metadata.get("clip.text.activation"));
        assertEquals("exact:4x4", metadata.get("clip.image.resize"));
        assertEquals("none", metadata.get("clip.image.crop"));
        assertEquals("bilinear", metadata.get("clip.image.resample"));
        assertEquals("0.5,0.5,0.5", metadata.get("clip.image.mean"));
        assertEquals("0.25,0.25,0.25", metadata.get("clip.image.std"));
        assertTrue(metadata.containsKey("clip.source.state.pt"), metadata.toString());
    }

    @Test
    void refusesHeadsThatDoNotDivideTheWidth() throws IOException {
        Path file = Layout.BARE_STATE_DICT.write(SMALL, source);
        ConversionOptionException e = assertThrows(
                ConversionOptionException.class,
                () -> convert(file, Layout.BARE_STATE_DICT.options(SMALL).withHeads(4, 2)));
        assertTrue(
                e.getMessage().contains("expected vision-heads of which the tower's width, 6, is a multiple, found 4"),
                e.getMessage());
    }

    @Test
    void knowsOpenAisArchivesByTheirHash() throws IOException {
        assertEquals(
                Optional.of("openai/clip-vit-base-patch32"),
                KnownCheckpoints.openAi("40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af"));
        assertEquals(
                Optional.of("openai/clip-vit-large-patch14-336"),
                KnownCheckpoints.openAi("3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02"));
        assertEquals(Optional.empty(), KnownCheckpoints.openAi("0".repeat(64)));
        ConversionOptions known = KnownCheckpoints.ofOpenAi(ConversionOptions.NONE, "x.pt");
        assertEquals(Layout.BARE_STATE_DICT.options(SMALL).withHeads(1, 1), known.withHeads(1, 1));
        assertThrows(
                ConversionOptionException.class,
                () -> KnownCheckpoints.ofOpenAi(ConversionOptions.NONE.with(Activation.GELU), "x.pt"));
    }

    @Test
    void anOptionCannotContradictAHuggingFaceConfig() throws IOException {
        Path folder = Layout.PYTORCH_BIN.write(SMALL, source);
        for (ConversionOptions options : List.of(
                ConversionOptions.NONE.with(Activation.GELU),
                ConversionOptions.NONE.withHeads(2, 1),
                ConversionOptions.NONE.with(Resampling.BILINEAR),
                ConversionOptions.NONE.with(ConversionOptions.Resize.SQUASH),
                ConversionOptions.NONE.withStd(List.of(1f, 1f, 1f)))) {
            ConversionOptionException e = assertThrows(ConversionOptionException.class, () -> convert(folder, options));
            assertTrue(e.getMessage().contains("leave that out"), e.getMessage());
        }
        convert(folder, Layout.BARE_STATE_DICT.options(SMALL));
    }

    // What is inconsistent.

    @Test
    void namesTensorsAsTheCheckpointDoes() throws IOException {
        List<NamedTensor> tensors = new ArrayList<>(TorchFiles.openAi(SMALL, ""));
        tensors.removeIf(tensor -> tensor.name().equals("visual.transformer.resblocks.1.attn.in_proj_weight"));
        assertRefused(
                "visual.transformer.resblocks.1.attn.in_proj_weight: expected F32 [6, 6], found no such tensor",
                tensors);
        assertRefused(
                "adapter.weight: expected no such tensor in the CLIP model that its config describes, found F32 [1]",
                with(new NamedTensor("adapter.weight", "F32", List.of(1), () -> new byte[4])));
        assertRefused(
                "logit_bias: expected no such tensor",
                with(new NamedTensor("logit_bias", "F32", List.of(1), () -> new byte[4])));
        assertRefused(
                "visual_projection.weight: expected OpenAI's names or Hugging Face's, not both, found F32 [4, 6]",
                with(new NamedTensor("visual_projection.weight", "F32", List.of(4, 6), () -> new byte[96])));
        assertRefused(
                "visual.proj: expected two dimensions, found F32 [24]",
                with(new NamedTensor("visual.proj", "F32", List.of(24), () -> new byte[96])));
        assertRefused(
                "visual.proj (transposed): expected F32 [6, 6], found F32 [6, 4]",
                with(new NamedTensor("visual.proj", "F32", List.of(4, 6), () -> new byte[96])));
        assertRefused(
                "transformer.resblocks.0.attn.in_proj_bias: expected the rows of query, key and value, found F32 [13]",
                with(new NamedTensor(
                        "transformer.resblocks.0.attn.in_proj_bias", "F32", List.of(13), () -> new byte[52])));
        assertRefused(
                "visual.positional_embedding: expected a row for the class token and one for each patch of a square,"
                        + " found F32 [4, 6]",
                with(new NamedTensor("visual.positional_embedding", "F32", List.of(4, 6), () -> new byte[96])));
        assertRefused(
                "visual.transformer.resblocks.3.ln_1.bias: expected no such tensor",
                with(new NamedTensor(
                        "visual.transformer.resblocks.3.ln_1.bias", "F32", List.of(6), () -> new byte[24])));
    }

    @Test
    void ignoresBuffersByName() throws IOException {
        Path file = source.resolve("state.pt");
        List<NamedTensor> tensors = new ArrayList<>(TorchFiles.openAi(SMALL, ""));
        tensors.add(NamedTensor.integers("input_resolution", List.of(), 4));
        tensors.add(NamedTensor.integers("context_length", List.of(), 5));
        tensors.add(NamedTensor.integers("vocab_size", List.of(), 49408));
        tensors.add(new NamedTensor("attn_mask", "F32", List.of(5, 5), () -> new byte[100]));
        TorchFiles.writeStateDict(file, tensors);
        convert(file, Layout.BARE_STATE_DICT.options(SMALL));
    }

    @Test
    void takesALogitScaleOfOneDimension() throws IOException {
        Path file = source.resolve("state.pt");
        TorchFiles.writeStateDict(file, with(new NamedTensor("logit_scale", "F32", List.of(1), () ->
                new byte[] {0, 0, (byte) 0x80, 0x3f})));
        convert(file, Layout.BARE_STATE_DICT.options(SMALL));
        try (SafetensorsFile converted = SafetensorsFile.open(model)) {
            assertEquals("F32 []", converted.tensor("logit_scale").orElseThrow().typeAndShape());
        }
    }

    @Test
    void refusesAVocabularyThatNobodyKnows() throws IOException {
        SyntheticCheckpoint other =
                new SyntheticCheckpoint(4, SMALL.vision(), new SyntheticCheckpoint.Text(4, 6, 1, 2, 5, 100));
        Path file = Layout.BARE_STATE_DICT.write(other, source);
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(file, Layout.BARE_STATE_DICT.options(other)));
        assertTrue(
                e.getMessage().contains("found 49408; put the model's config and tokenizer.json beside it"),
                e.getMessage());
    }

    @Test
    void refusesAnOpenClipTokenizerThatIsNotThere() throws IOException {
        Path folder = Layout.OPEN_CLIP_SAFETENSORS.write(SMALL, source);
        Path config = folder.resolve("open_clip_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"context_length\"", "\"hf_tokenizer_name\": \"some/one\", \"context_length\""));
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(folder, ConversionOptions.NONE));
        assertTrue(e.getMessage().contains("hf_tokenizer_name: expected the tokenizer.json"), e.getMessage());
    }

    // Which files are taken.

    @Test
    void prefersTransformersFilesWhereARepositoryHasBoth() throws IOException {
        Layout.OPEN_CLIP_SAFETENSORS.write(SMALL, source);
        Layout.PYTORCH_BIN.write(SMALL, source);
        Map<String, String> metadata = convert(source, ConversionOptions.NONE);
        assertTrue(metadata.containsKey("clip.source.pytorch_model.bin"), metadata.toString());
        assertFalse(metadata.containsKey("clip.source.open_clip_config.json"), metadata.toString());
        Layout.SAFETENSORS.write(SMALL, source);
        assertTrue(convert(source, ConversionOptions.NONE).containsKey("clip.source.model.safetensors"));
    }

    @Test
    void takesAFileOfOpenAisNamesWithOpenClipsConfig() throws IOException {
        Layout.OPEN_CLIP_SAFETENSORS.write(SMALL, source);
        Layout.PYTORCH_BIN.write(SMALL, source);
        Map<String, String> metadata = convert(source.resolve("open_clip_model.safetensors"), ConversionOptions.NONE);
        assertTrue(metadata.containsKey("clip.source.open_clip_config.json"), metadata.toString());
        assertTrue(convert(source.resolve("pytorch_model.bin"), ConversionOptions.NONE)
                .containsKey("clip.source.config.json"));
    }

    /** timm's repositories of CLIP hold an image tower alone under names that transformers uses, and OpenCLIP's files. */
    @Test
    void doesNotTakeTimmsConfigForTransformers() throws IOException {
        Layout.OPEN_CLIP_BIN.write(SMALL, source);
        Files.writeString(source.resolve("config.json"), "{\"architecture\": \"vit_base_patch32_clip_224\"}");
        SyntheticFolder.writeSafetensors(
                source.resolve("model.safetensors"),
                List.of(new NamedTensor("blocks.0.attn.qkv.weight", "F32", List.of(1), () -> new byte[4])));
        assertTrue(convert(source, ConversionOptions.NONE).containsKey("clip.source.open_clip_pytorch_model.bin"));
    }

    @Test
    void takesOpenClipsFilesBesideAConfigOfAnotherKind() throws IOException {
        Layout.SAFETENSORS.write(SMALL, source);
        Layout.OPEN_CLIP_SAFETENSORS.write(SMALL, source);
        Files.writeString(source.resolve("config.json"), "{\"model_type\": \"somebodys_own\"}");
        Map<String, String> metadata = convert(source, ConversionOptions.NONE);
        assertTrue(metadata.containsKey("clip.source.open_clip_model.safetensors"), metadata.toString());
    }

    @Test
    void takesOpenClipsWeightsUnderTransformersName() throws IOException {
        Layout.OPEN_CLIP_SAFETENSORS.write(SMALL, source);
        Files.move(source.resolve("open_clip_model.safetensors"), source.resolve("model.safetensors"));
        assertTrue(convert(source, ConversionOptions.NONE).containsKey("clip.source.model.safetensors"));
    }

    @Test
    void readsAnOpenClipConfigThatIsTheModelsAlone() throws IOException {
        Layout.OPEN_CLIP_SAFETENSORS.write(SMALL, source);
        Map<String, String> expected = convert(source, ConversionOptions.NONE);
        Path config = source.resolve("open_clip_config.json");
        String text = Files.readString(config);
        int from = text.indexOf('{', text.indexOf("model_cfg"));
        Files.writeString(
                config,
                text.substring(from, text.indexOf("\"preprocess_cfg\"")).strip().replaceAll(",$", ""));
        Map<String, String> found = convert(source, ConversionOptions.NONE);
        assertEquals(expected.get("clip.vision.width"), found.get("clip.vision.width"));
        assertEquals(expected.get("clip.text.activation"), found.get("clip.text.activation"));
    }

    @Test
    void namesTheWeightsThatAreMissing() throws IOException {
        Files.writeString(
                source.resolve("open_clip_config.json"), SMALL.openClipConfigJson("\"quick_gelu\": false,", ""));
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> convert(source, ConversionOptions.NONE));
        assertEquals(source.resolve("open_clip_model.safetensors").toString(), e.getFile());
    }

    @Test
    void refusesShardsOfPicklesOutsideTheFolder() throws IOException {
        Layout.PYTORCH_BIN_SHARDS.write(SMALL, source);
        Path index = source.resolve("pytorch_model.bin.index.json");
        String text = Files.readString(index);
        for (String shard : List.of("../pytorch_model.bin", "/etc/passwd", "model-00001-of-00002.safetensors")) {
            Files.writeString(index, text.replace("pytorch_model-00001-of-00002.bin", shard));
            ModelFormatException e =
                    assertThrows(ModelFormatException.class, () -> convert(source, ConversionOptions.NONE));
            assertTrue(
                    e.getMessage()
                            .contains("expected the name of a .bin file in the same folder, found \"" + shard + "\""),
                    e.getMessage());
        }
    }

    @Test
    void refusesLinksThatLeadOutOfTheFolder() throws IOException {
        Layout.PYTORCH_BIN_SHARDS.write(SMALL, source);
        Path shard = source.resolve("pytorch_model-00002-of-00002.bin");
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Path target = Files.move(shard, elsewhere.resolve("secret.bin"));
        Files.createSymbolicLink(shard, target);
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(source, ConversionOptions.NONE));
        assertEquals(
                shard
                        + ": expected a file of the checkpoint's folder, found a link that leads out of it, to "
                        + target.toRealPath()
                        + "; put the file itself there, or let links lead out: clip convert --follow-links",
                e.getMessage());
        // Within the folder, and to a cache's blobs, they are followed.
        Files.delete(shard);
        Files.createSymbolicLink(shard, Files.move(target, source.resolve("renamed.bin")));
        convert(source, ConversionOptions.NONE);
    }

    private static List<NamedTensor> with(NamedTensor other) {
        List<NamedTensor> tensors = new ArrayList<>(TorchFiles.openAi(SMALL, ""));
        tensors.removeIf(tensor -> tensor.name().equals(other.name()));
        tensors.add(other);
        return tensors;
    }

    private void assertRefused(String expected, List<NamedTensor> tensors) {
        Path file = source.resolve("state.pt");
        TorchFiles.writeStateDict(file, tensors);
        ModelFormatException e =
                assertThrows(ModelFormatException.class, () -> convert(file, Layout.BARE_STATE_DICT.options(SMALL)));
        assertTrue(e.getMessage().contains(expected), () -> expected + "\n" + e.getMessage());
    }

    private Map<String, String> convert(Path from, ConversionOptions options) throws IOException {
        CheckpointConverter.convert(from, model, WeightType.F32, options, ConversionListener.SILENT);
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            return Map.copyOf(file.metadata());
        }
    }
}
